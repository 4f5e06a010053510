"""The attendance register of a Polish partner, and the mistakes planted in it.

Every good cell is written in the one way that a simple script understands as well (day first,
decimal comma, one word per meaning): a script that refuses good rows would flatter us.

Belongs here: rows, mistakes and the list of them.
Does not belong here: headers and words (declared.py), persons and employers (people.py), files
(material.py).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from stdnum.pl import pesel

from benchmarks.declared import HEADERS, PROJECT_START, WORDS
from benchmarks.people import Person, employers, persons

Cell = str | int | float | date | None
Row = dict[str, Cell]

TRAININGS = 400
MISTAKEN_SHARE = 0.02
"""Share of all cells that are wrong: every third row has a mistake, a hard case."""

_DAYS = 1_080
_HOURS = (1.5, 2.0, 3.0, 4.5, 6.0, 6.5, 7.5, 8.0)


@dataclass(frozen=True, slots=True)
class Planted:
    """One wrong cell: 1-based row of the file, column, and the rule that it breaks."""

    row: int
    column: str
    code: str


def attendance(count: int) -> Iterator[Row]:
    """Yield ``count`` rows without a mistake, the same ones every time."""
    chance = _chance("attendance")
    everybody = persons(employers())
    for number in range(count):
        training = chance.randrange(TRAININGS)
        session = chance.randrange(4)
        yield _row(number, training, session, chance.choice(everybody), chance)


def with_mistakes(rows: Iterator[Row], mistakes: list[Planted]) -> Iterator[Row]:
    """Yield the rows with 2 % of their cells spoiled; append each spoiled cell to ``mistakes``."""
    chance = _chance("mistakes")
    columns = {column for column, _, _ in _MISTAKES}
    share = MISTAKEN_SHARE * len(HEADERS) / len(columns)
    of_column = {c: [found for found in _MISTAKES if found[0] == c] for c in sorted(columns)}
    id_above: Cell = "A-of-nobody"
    for number, row in enumerate(rows, start=2):
        planted: list[Planted] = []
        for column, kinds in of_column.items():
            if chance.random() >= share or any((p.column, column) in _APART for p in planted):
                continue
            _, code, spoil = chance.choice(kinds)
            spoiled = id_above if code == "E08" else spoil(row, chance)
            if spoiled == row[column]:
                continue
            row = row | {column: spoiled}
            planted.append(Planted(number, column, code))
            if code == "E08":
                mistakes.append(Planted(number - 1, column, code))
        mistakes.extend(planted)
        id_above = row["record_id"]
        yield row


def training_days(training: int) -> tuple[date, date]:
    """Return first and last day of a training; it has four sessions, a week apart."""
    first = PROJECT_START + timedelta(days=training * (_DAYS - 28) // TRAININGS)
    return first, first + timedelta(days=21)


def training_code(training: int) -> str:
    """Return the code that attendance and trainings share."""
    return f"S-{training:04d}"


def _row(number: int, training: int, session: int, person: Person, chance: Random) -> Row:
    day = training_days(training)[0] + timedelta(days=7 * session)
    return {
        "record_id": f"A-{number:06d}",
        "training_id": training_code(training),
        "session_date": day,
        "person_name": person.name,
        "email": person.email,
        "employer_name": person.employer.name,
        "employer_id": person.employer.tax_number,
        "employer_country": person.employer.country,
        "person_category": chance.choice(tuple(WORDS["person_category"])),
        "role": "trener" if chance.random() < 0.02 else "uczestnik",
        "attended": chance.choices(("tak", "nie", "częściowo"), (90, 7, 3))[0],
        "hours": chance.choice(_HOURS),
        "completed": chance.choice(("tak", "nie")),
        "gender": chance.choice(tuple(WORDS["gender"])),
        "headcount": 1,
        "evidence_ref": f"lista-{training:04d}-{session + 1}.pdf",
    }


def _two_persons(row: Row, _: Random) -> Cell:
    return f"{row['person_name']}, Testa Dodatkowa"


def _without_at_sign(row: Row, _: Random) -> Cell:
    return str(row["email"]).replace("@", " na ")


def _wrong_check_digit(row: Row, _: Random) -> Cell:
    number = row["employer_id"]
    return None if number is None else f"{str(number)[:-1]}{(int(str(number)[-1]) + 1) % 10}"


def _person_number(_: Row, chance: Random) -> Cell:
    """Return a valid number of somebody born in the year 2299."""
    body = f"997231{chance.randrange(10_000):04d}"
    return body + pesel.calc_check_digit(body)


def _always(cell: Cell) -> Callable[[Row, Random], Cell]:
    return lambda _row, _chance: cell


_MISTAKES: tuple[tuple[str, str, Callable[[Row, Random], Cell]], ...] = (
    ("record_id", "E08", _always(None)),
    ("training_id", "E01", _always(None)),
    ("session_date", "E02", _always("31.02.2024")),
    ("session_date", "E04", _always(date(2019, 3, 14))),
    ("person_name", "E01", _always(None)),
    ("person_name", "E16", _two_persons),
    ("email", "W03", _without_at_sign),
    ("employer_name", "E01", _always(None)),
    ("employer_id", "W01", _wrong_check_digit),
    ("employer_country", "E09", _always("Atlantyda")),
    ("person_category", "E05", _always("czarodziej")),
    ("attended", "E01", _always(None)),
    ("attended", "E05", _always("na pewno kiedyś")),
    ("hours", "E06", _always(-2)),
    ("hours", "E17", _always("dużo")),
    ("hours", "E18", _always(30)),
    ("completed", "E05", _always("wkrótce")),
    ("gender", "E05", _always("kwadrat")),
    ("headcount", "E11", _always(3)),
    ("headcount", "E17", _always("kilka")),
    ("evidence_ref", "E14", _person_number),
)
"""Column, rule that the spoiled cell breaks, how it is spoiled (E08: the id of the row above)."""

_APART = {
    ("headcount", "person_name"),  # a group without a name is no mistake
    ("hours", "session_date"),  # thirty hours are too many for a day, not for a course
    ("employer_country", "employer_id"),  # which country's check digit?
}
"""Columns of which one row has at most one mistake, in alphabetical order."""


def _chance(name: str) -> Random:
    return Random(f"benchmarks: {name}")  # noqa: S311 (invented rows, no secrets)
