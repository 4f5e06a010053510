"""The mistakes people make in the example's lists of attendance and of organisations.

Belongs here: which cell of which row is wrong, how, and which rule says so. Does not belong here:
the other registers (`mistakes_of_support.py`), harmless variants (`spelling.py`), files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from examples.generator.mistakes_of_support import support_mistakes
from examples.generator.picking import Picking
from examples.generator.rows import Row, Value
from examples.generator.world import World

_EXCUSED = {
    "pl": "usprawiedliwiony",
    "de": "entschuldigt",
    "be": "verontschuldigd",
    "gr": "δικαιολογημένη",
    "es": "justificada",
    "fi": "ilmoitettu este",
}
_INTERPRETER = {"pl": "tłumacz", "de": "Dolmetscher", "gr": "διερμηνέας"}
_INTERN = {"pl": "praktykant", "fi": "harjoittelija", "be": "stagiair"}
_IMPOSSIBLE_DAY = {
    "pl": "31.02.2024",
    "de": "30.02.2023",
    "be": "31/06/2023",
    "gr": "31/04/2024",
    "es": "29/02/2023",
    "fi": "31.9.2023",
}
_SIX_HOURS = {"pl": "6 godz.", "de": "6 Std.", "es": "6 h", "gr": "6 ώρες"}
_NO_NUMBER = {"pl": "cały dzień", "es": "todo el día"}


def with_mistakes(happened: World, rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows, of which about one in thirty has a mistake; the others are untouched."""
    picking = Picking(happened, rows)
    changed = {
        row.key: row
        for row in (
            *_wrong_attendance(happened, picking),
            *_doubtful_attendance(happened, picking),
            *_wrong_organisations(picking),
            *_wrong_trainings(picking),
            *support_mistakes(picking),
        )
    }
    return tuple(changed.get(row.key, row) for row in rows)


def _wrong_attendance(happened: World, picking: Picking) -> Iterable[Row]:
    """Refused for at least one figure."""
    for partner in ("pl", "de", "be", "gr", "fi"):
        for row in picking.attended(1, partner, with_day=True):
            yield row.wrong("E02", "session_date", _IMPOSSIBLE_DAY[partner])
    for partner in ("pl", "de", "be", "gr", "es", "fi"):
        for row in picking.attended(1, partner):
            yield row.wrong("E05", "attended", _EXCUSED[partner])
    for partner, word in _INTERPRETER.items():
        for row in picking.attended(1, partner):
            yield row.wrong("E05", "role", word)
    for partner, word in _INTERN.items():
        for row in picking.attended(1, partner, category="worker"):
            yield row.wrong("E05", "person_category", word)
    for partner, column in (
        ("pl", "attended"),
        ("es", "attended"),
        ("de", "employer_name"),
        ("fi", "employer_name"),
        ("gr", "training_id"),
    ):
        for row in picking.attended(1, partner):
            yield row.wrong("E01", column, None)
    for partner, code in (("pl", "EC-PL-80"), ("be", "EC-BE-80"), ("es", "EC-ES-O3")):
        for row in picking.attended(1, partner):
            yield row.wrong("E07", "training_id", code)
    for partner, year in (("de", 2042), ("pl", 2021), ("fi", 2022)):
        for row in picking.attended(1, partner, with_day=True):
            day = row.values["session_date"]
            if isinstance(day, date):
                wrong = day.replace(year=year, month=min(day.month, 8), day=min(day.day, 28))
                yield row.meaning("session_date", wrong).wrong("E04", "session_date", wrong)
    for row in picking.alone_in_training(2):
        zero = row.meaning("hours", 0.0).meaning("completed", value=False)
        yield zero.wrong("E10", "hours", 0.0)
    yield from _wrong_but_made_good(happened, picking)


def _wrong_but_made_good(happened: World, picking: Picking) -> Iterable[Row]:
    """Refused, while another row says the same of the person or the employer."""
    for partner in ("pl", "gr"):
        for row in picking.attended_again(1, partner):
            yield replace(row, values=_unnamed(row)).wrong("E01", "person_name", None)
    for partner in ("pl", "be", "fi"):
        for row in picking.attended_again(1, partner):
            hours = row.values["hours"]
            yield row.wrong("E06", "hours", -float(str(hours)))
    for row in picking.attended_again(1, "de"):
        yield row.wrong("E18", "hours", 40.0)
    for partner, words in _NO_NUMBER.items():
        for row in picking.attended_again(1, partner):
            yield row.wrong("E17", "hours", words)
    for partner, place in (("be", "Vlaanderen"), ("de", "Europa")):
        for row in picking.attended_again(1, partner):
            yield row.wrong("E09", "employer_country", place)
    for partner in ("pl", "es"):
        for row in picking.attended_again(1, partner):
            yield row.meaning("headcount", 5).wrong("E11", "headcount", 5)
    for partner, joint in (("pl", " i "), ("gr", " / ")):
        for row in picking.attended_again(1, partner):
            colleague = picking.colleague(row)
            pair = f"{row.values['person_name']}{joint}{colleague.given} {colleague.family}"
            yield row.meaning("email", None).wrong("E16", "person_name", pair)
    for partner in ("pl", "de"):
        first, second = picking.attended_again(2, partner)
        number = first.values["record_id"]
        yield first.wrong("E08", "record_id", number)
        yield second.meaning("record_id", number).wrong("E08", "record_id", number)


def _unnamed(row: Row) -> dict[str, Value]:
    """The row's values without the person's name and address."""
    return {**row.values, "person_name": None, "email": None}


def _doubtful_attendance(happened: World, picking: Picking) -> Iterable[Row]:
    """Counted, with a remark."""
    for partner in ("pl", "de", "es", "gr"):
        for row in picking.attended(1, partner, employer_number=True):
            yield row.wrong("W01", "employer_id", picking.wrong_number(row), refused=False)
    for partner in ("pl", "fi", "es"):
        for row in picking.attended(1, partner, with_day=True):
            planned = happened.trainings[str(row.values["training_id"])].planned_hours
            if planned <= 12:
                more = planned + 1.5
                yield row.meaning("hours", more).wrong("W04", "hours", more, refused=False)
    for partner, words in _SIX_HOURS.items():
        for row in picking.attended(2, partner, hours=6.0):
            yield row.wrong("W15", "hours", words, refused=False)
    for partner in ("be", "gr"):
        for row in picking.attended(1, partner, with_day=True, away_from_bounds=True):
            day = row.values["session_date"]
            if isinstance(day, date):
                late = day + timedelta(days=15)
                yield row.meaning("session_date", late).wrong(
                    "W05", "session_date", late, refused=False
                )
    for partner in ("pl", "de", "be", "gr", "es", "fi"):
        for row in picking.attended(1, partner):
            yield replace(row, copies=2)


def _wrong_organisations(picking: Picking) -> Iterable[Row]:
    """Organisations that nobody trained or served carry the mistakes that would matter."""
    spoil: Sequence[tuple[str, Callable[[Row], Row]]] = (
        ("pl", lambda row: row.wrong("E01", "legal_name", None)),
        ("de", lambda row: row.wrong("E06", "headcount_awu", -12)),
        ("gr", lambda row: row.wrong("E09", "country", "Ευρώπη")),
        ("de", lambda row: row.wrong("E05", "sme_evidence", "liegt im Ordner")),
        ("pl", lambda row: row.wrong("W01", "vat_no", picking.wrong_number(row), refused=False)),
        ("gr", lambda row: row.wrong("E05", "org_type", "παλιό μέλος")),
    )
    for partner, change in spoil:
        yield change(picking.idle_organisation(partner))
    # What no figure uses may be wrong in an organisation that counts.
    for partner, rule, column, typed in (
        ("es", "E18", "nuts", "Euskadi"),
        ("be", "E18", "nace", "lassen"),
        ("fi", "E18", "fiscal_year", 1922),
    ):
        for row in picking.organisation(1, partner):
            yield row.wrong(rule, column, typed)
    for row in picking.organisation(1, "be"):
        yield replace(row, copies=2)


def _wrong_trainings(picking: Picking) -> Iterable[Row]:
    """Trainings: two of a co-partner's that end before they start, and words of no list."""
    for row in picking.trainings(2, lead=False, days=True):
        start = row.values["start_date"]
        if isinstance(start, date):
            early = start - timedelta(days=30)
            yield row.meaning("end_date", early).wrong("E03", "end_date", early)
    for row in picking.trainings(1, "de", objective="4a", joint=False):
        yield row.wrong("E05", "status", "verschoben")
    for row in picking.trainings(1, "fi", objective="4a", joint=False):
        yield row.wrong("E05", "objective", "4c")
    for row in picking.trainings(1, "pl", objective="4b", joint=False):
        yield row.wrong("E05", "format", "w terenie")
    for row in picking.trainings(1, "es", objective="4a"):
        yield row.wrong("E01", "title", None)
    for row in picking.trainings(1, "be", objective="4b", lead=False):
        yield row.wrong("E17", "planned_hours", "anderhalve dag")
