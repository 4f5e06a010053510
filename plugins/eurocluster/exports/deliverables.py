"""A deliverable as the one file that the agency's portal takes: a zip of PDF, CSV and evidence.

Belongs here: what D-4a and D-4b list, their evidence, the zip.
Does not belong here: measures (dbt_project), how a document looks (documents).
"""

import io
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from sqlalchemy import text

from eurocluster.exports.documents import as_pdf, bars_as_svg
from eurocluster.exports.editions import Edition
from eurocluster.exports.tables import Export, Table, as_csv, neutral
from eurocluster.figures import ALL
from eurocluster.scoreboard import read_scoreboard

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class UnknownDeliverable(ValueError):
    """There is no deliverable of that code."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one deliverable is told.

    Attributes:
        sql: Its list: the columns of ``columns`` and, last, the keys of its records.
        register: Whose rows are its evidence.
        widths: Shares of the page that the columns take.
    """

    lead: str
    list_title: str
    nothing: str
    columns: tuple[str, ...]
    widths: tuple[float, ...]
    register: str
    picture: str
    sql: str


_KINDS: Final = {
    "D-4a": _Kind(
        lead="Trainings of cluster managers",
        list_title="Trainings",
        nothing="No training of cluster managers has been delivered yet.",
        columns=("training_id", "title", "from", "to", "hours", "partners", "joint", "papers"),
        widths=(1.3, 3.4, 1.2, 1.2, 0.8, 1.2, 0.7, 1.6),
        register="trainings",
        picture="Trainings of cluster managers by the year in which they began",
        sql="""
            select
                trainings.training_id, trainings.title, trainings.start_date, trainings.end_date,
                trainings.planned_hours, list_sort(trainings.partners) as partners,
                trainings.is_joint, trainings.evidence_ref,
                list_value('id:' || trainings.training_id) as record_keys
            from intermediate.int_trainings as trainings
            where trainings.training_id in (
                select unit from intermediate.int_side_measures where kpi = 'D-4a.trainings'
            )
            order by trainings.start_date, trainings.training_id
        """,
    ),
    "D-4b": _Kind(
        lead="Portfolio of services for SMEs",
        list_title="Services offered",
        nothing="No service is offered yet.",
        columns=("service_ids", "title", "category", "providers", "joint", "since", "until"),
        widths=(1.2, 3.6, 1.6, 1.4, 0.7, 1.2, 1.2),
        register="services",
        picture="Services offered by category",
        sql="""
            select
                list_sort(services.service_ids) as service_ids, services.title, services.category,
                list_sort(services.providers) as providers, services.is_joint,
                services.first_offered_date, services.retired_date,
                list_transform(services.service_ids, lambda id: 'id:' || id) as record_keys
            from intermediate.int_services as services
            cross join core.project as project
            where
                services.objective = '4b'
                and services.target_group in ('smes', 'cluster_members')
                and least(project.last_day, project.reporting_date) >= services.first_offered_date
                and coalesce(
                    least(project.last_day, project.reporting_date) < services.retired_date, true
                )
                and not list_has_any(
                    coalesce(services.errors, []),
                    ['objective', 'target_group', 'status', 'first_offered_date', 'retired_date']
                )
            order by services.first_offered_date, services.service_ids
        """,
    ),
}
CODES: Final = tuple(_KINDS)
_EVIDENCE: Final = (
    "record_key", "register", "reported_by", "file_name", "file_sha256", "sheet", "cell_range",
    "delivered_at", "delivery_id",
)  # fmt: skip


def deliverable_zip(edition: Edition, code: str) -> Export:
    """Return the zip of one deliverable; the same edition gives the same bytes.

    Raises:
        UnknownDeliverable: ``code`` is none of :data:`CODES`.
    """
    if code not in _KINDS:
        raise UnknownDeliverable(f"{code!r} is no deliverable: {', '.join(CODES)}.")
    kind = _KINDS[code]
    found: list[tuple[Any, ...]] = [
        tuple(row) for row in edition.connection.execute(text(kind.sql))
    ]
    rows = [row[:-1] for row in found]
    keys = sorted({key for row in found for key in row[-1]})
    evidence = _evidence(edition, kind.register, keys)
    name = f"{edition.project.code}-{code}-{edition.name}"
    entries = [
        (f"{name}.pdf", _document(edition, code, kind, rows, len(evidence))),
        (f"{name}.csv", as_csv(Table(name, kind.columns, rows)).content),
        (
            f"{name}-evidence.csv",
            as_csv(Table(f"{name}-evidence", _EVIDENCE, evidence)).content,
        ),
        (
            f"{name}-statement.csv",
            as_csv(Table(name, ("what", "is"), edition.statement)).content,
        ),
    ]
    return Export(f"{name}.zip", "application/zip", zipped(entries))


def zipped(entries: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a zip whose bytes depend on nothing but its entries."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, content in entries:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return sink.getvalue()


def _document(
    edition: Edition, code: str, kind: _Kind, rows: Sequence[Sequence[Any]], evidence: int
) -> bytes:
    board = read_scoreboard(edition.connection, period=ALL)
    (declared,) = (item for item in board.deliverables if item.code == code)
    measures = [
        [title.title, figure.shown]
        for title in board.beside(code)
        if (figure := board.figure(title.code, "cumulative")) is not None
    ]
    counts = _counts(code, rows)
    day = edition.made_at.astimezone(UTC)
    due = "" if declared.due_day is None else f", due {declared.due_day} (M{declared.due_month})"
    values = {
        "title": f"{code} {declared.title}",
        "consortium": edition.project.name,
        "publication": f"publication {edition.publication_id}",
        "made": [day.year, day.month, day.day],
        "statement": [
            ["State", f"{declared.state or 'not declared'}{due}"],
            *(list(pair) for pair in edition.statement),
        ],
        "lead": kind.lead,
        "measures": measures,
        "picture": kind.picture if counts else None,
        "list_title": kind.list_title,
        "columns": list(kind.columns),
        "widths": list(kind.widths),
        "rows": [[_said(value) for value in row] for row in rows],
        "nothing": kind.nothing,
        "evidence": f"The file {edition.project.code}-{code}-{edition.name}-evidence.csv lists"
        f" {evidence:,} rows of the partners' registers with file, SHA-256, sheet and cells.",
    }
    picture = bars_as_svg(counts, "number") if counts else b""
    return as_pdf("deliverable", values, {"picture.svg": picture} if counts else {})


def _counts(code: str, rows: Sequence[Sequence[Any]]) -> list[tuple[str, float]]:
    """Return what the picture shows: trainings by year, services by category."""
    if code == "D-4a":
        found = Counter(str(row[2].year) for row in rows if row[2] is not None)
    else:
        found = Counter(str(row[2]).replace("_", " ") for row in rows)
    return sorted((label, float(count)) for label, count in found.items())


def _evidence(edition: Edition, register: str, keys: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return the rows of a register that stand behind some records."""
    rows = edition.connection.execute(
        text(
            """
            select
                places.record_key, places.register, places.reported_by, places.file_name,
                places.file_sha256, places.sheet, places.cell_range, deliveries.received_at,
                places.delivery_id
            from intermediate.int_register_rows as places
            inner join quality.deliveries on places.delivery_id = deliveries.delivery_id
            where
                places.register = :register
                and not places.is_withdrawn
                -- A version of a service is told after a bar.
                and split_part(places.record_key, '|', 1) in (select unnest(:keys))
            order by places.record_key, places.reported_by, places.file_name, places.row_number
            """
        ),
        {"register": register, "keys": list(keys)},
    )
    return [tuple(row) for row in rows]


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    plain = neutral(value)
    return f"{plain:g}" if isinstance(plain, float) else str(plain)
