"""Mail to a partner's steward, in the partner's language: returned workbooks, and what is due.

Belongs here: when there is something to say, and the sentences.
Does not belong here: returned workbooks themselves (returning), completeness (dbt_project).
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection, RowMapping, text

from eurocluster.conforming.labels import sheet_title
from eurocluster.consortium.declarations import Consortium
from eurocluster.consortium.partners import Partner
from eurocluster.consortium.project import Notices, add_months
from eurocluster.feedback.files import returned_name
from eurocluster.finding_lists import Filter, count_by_rule
from eurocluster.notices.messages import Message, attached, identity
from eurocluster.settings import Settings
from eurocluster.wording import Say, speaker
from schemas.reasons import RULES

_RULES_TOLD = 4
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def returned(
    settings: Settings, consortium: Consortium, connection: Connection, partner: Partner
) -> Message | None:
    """Return the mail with a partner's returned workbooks.

    None when nothing is wrong in what it has delivered last, or nobody is named to read it.
    """
    if partner.steward is None:
        return None
    deliveries = (
        connection.execute(
            text(
                "select * from quality.deliveries where partner = :partner and is_newest"
                " order by register"
            ),
            {"partner": partner.partner},
        )
        .mappings()
        .all()
    )
    wrong = [one for one in deliveries if one["rows_refused"] or one["state"] == "unreadable"]
    if not wrong:
        return None
    say = speaker(partner.language)
    files = _workbooks(settings, partner, wrong, say)
    chosen = attached(files)
    return Message(
        kind="returned",
        key=identity(*(f"{one['register']} {one['delivery_id']}" for one in wrong)),
        about=partner.partner,
        to=(partner.steward,),
        subject=say("{project}: what has to be mended in your registers",
                    project=consortium.project.name),
        language=partner.language,
        lines=(
            say("Your registers were read. In these something has to be mended:"),
            *_registers(connection, partner, wrong, say),
            say("The marked cells of the attached workbooks say what is wrong and what to do. Mend"
                " them in your own files; they are read again in the night.")
            if chosen
            else say("Mend them in your own files; they are read again in the night."),
            *([say("Not attached, because it is too large: {files}",
                   files=", ".join(path.name for path in files[len(chosen):]))]
              if len(chosen) < len(files) else []),
            say("This message was written by a program."),
        ),
        attachments=chosen,
    )  # fmt: skip


def reminder(
    consortium: Consortium, connection: Connection, partner: Partner, today: date
) -> Message | None:
    """Return the mail about registers that are due soon, or were due and have not arrived.

    Which day of the series it is, is part of the key: each is sent once.
    """
    notices = consortium.project.notices
    if partner.steward is None or notices is None:
        return None
    say = speaker(partner.language)
    soon = [
        ("before", register, due) for register, due in due_soon(connection, partner, today, notices)
    ]
    late = list(_overdue(connection, partner, today, notices))
    if not soon and not late:
        return None
    return Message(
        kind="reminder",
        key=identity(*(f"{step} {register} {due}" for step, register, due in (*soon, *late))),
        about=partner.partner,
        to=(partner.steward,),
        subject=say("{project}: registers that are due", project=consortium.project.name),
        language=partner.language,
        lines=(
            *(
                "- " + say("{register} was due on {day} and has not arrived.",
                           register=sheet_title(register, partner.language), day=str(due))
                for _, register, due in late
            ),
            *(
                "- " + say("{register} is due on {day}.",
                           register=sheet_title(register, partner.language), day=str(due))
                for _, register, due in soon
            ),
            say("Put the file where it always is; it is fetched in the night."),
            say("This message was written by a program."),
        ),
    )  # fmt: skip


def due_soon(
    connection: Connection, partner: Partner, today: date, notices: Notices
) -> Iterator[tuple[str, date]]:
    """Yield register and day of what is due within the days before, and was not renewed yet.

    A register is about calendar months, quarters, half-years or years; it is due on a day of the
    month that follows. A file that was changed in that month is the new one.
    """
    changed = {
        row.register: row.last_modified_at or row.last_accepted_at
        for row in connection.execute(
            text(
                "select register, last_modified_at, last_accepted_at from quality.completeness"
                " where partner = :partner"
            ),
            {"partner": partner.partner},
        )
    }
    for register in partner.registers:
        if register.expected is None:
            continue
        due = next_due(register.expected.every, register.expected.due_day, today)
        if not today <= due <= today + timedelta(days=notices.days_before):
            continue
        last = changed.get(register.name)
        if last is None or last.date() < due.replace(day=1):
            yield register.name, due


def next_due(every: str, due_day: int, today: date) -> date:
    """Return the next day, today included, on which a register is due."""
    months = _MONTHS[every]
    first = today.replace(day=1)
    while True:
        if (first.month - 1) % months == 0 and first.replace(day=due_day) >= today:
            return first.replace(day=due_day)
        first = add_months(first, 1)


def _overdue(
    connection: Connection, partner: Partner, today: date, notices: Notices
) -> Iterator[tuple[str, str, date]]:
    """Yield step, register and day of what is overdue; the step is the last one that has come."""
    rows = connection.execute(
        text(
            "select register, last_due_on from quality.completeness"
            " where partner = :partner and timeliness = 'overdue' order by register"
        ),
        {"partner": partner.partner},
    )
    for row in rows:
        steps = [days for days in notices.days_after if (today - row.last_due_on).days >= days]
        if steps:
            yield f"after {max(steps)}", row.register, row.last_due_on


def _registers(
    connection: Connection, partner: Partner, deliveries: Sequence[RowMapping], say: Say
) -> Iterator[str]:
    for one in deliveries:
        title = sheet_title(one["register"], partner.language)
        files = ", ".join(one["file_names"])
        if one["state"] == "unreadable":
            yield "- " + say("{register} ({files}): the file could not be read.",
                             register=title, files=files)  # fmt: skip
            continue
        rules = count_by_rule(connection, Filter(delivery=one["delivery_id"], in_force=False))
        told = "; ".join(
            f"{rule.findings} × {say(RULES[rule.code].title)}"
            for rule in rules[:_RULES_TOLD]
            if rule.severity == "ERROR"
        )
        yield "- " + say(
            "{register} ({files}): {read} rows read, {refused} refused, {doubtful} doubtful."
            " {rules}",
            register=title, files=files, read=one["rows_read"], refused=one["rows_refused"],
            doubtful=one["rows_doubtful"], rules=told,
        ).rstrip()  # fmt: skip


def _workbooks(
    settings: Settings, partner: Partner, deliveries: Sequence[RowMapping], say: Say
) -> list[Path]:
    folder = settings.feedback / partner.partner
    names = dict.fromkeys(
        returned_name(file, say, macros=macros)
        for one in deliveries
        for file in one["file_names"]
        for macros in (False, True)
    )
    return [folder / name for name in names if (folder / name).is_file()]
