"""The periodic KPI table in the form that reports use: baseline, target, actual, comment.

Belongs here: its rows, and the table as xlsx, docx, pdf and json.
Does not belong here: figures and sentences (figures, scoreboard), single rows (portal).
"""

import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Any, Final

from sqlalchemy import text

from eurocluster.definitions import DEFINITIONS
from eurocluster.exports.documents import as_pdf
from eurocluster.exports.editions import Edition
from eurocluster.exports.tables import Export, neutral, write_cell
from eurocluster.figures import ALL, Figure, plain, read_figures
from eurocluster.restatements import read_restatements
from eurocluster.scoreboard import Scoreboard, read_scoreboard

COLUMNS: Final = (
    "KPI", "Title", "Unit", "Baseline", "Target", "Due", "New in period", "Cumulative", "State",
    "Comment",
)  # fmt: skip
_WIDTHS: Final = (8, 38, 34, 10, 10, 8, 14, 14, 12, 70)


@dataclass(frozen=True, slots=True)
class Line:
    """One KPI of the table.

    Attributes:
        new: In the period; for the whole project what is cumulative.
        cumulative: To the end of the period. Shares are percentages.
    """

    kpi: str
    title: str
    is_mandatory: bool
    unit: str
    baseline: float | None
    target: float | None
    due_month: int | None
    new: float | None
    new_shown: str
    cumulative: float | None
    cumulative_shown: str
    state: str
    comment: str


def read_lines(edition: Edition, period: str = ALL) -> list[Line]:
    """Return the nine KPIs of a period, of the whole project unless one is named."""
    board = read_scoreboard(edition.connection, period=period)
    figures = {
        (figure.kpi, figure.measure): figure
        for figure in read_figures(edition.connection, period=period, policy=board.policy)
    }
    baselines = {
        row.kpi: row.baseline
        for row in edition.connection.execute(text("select kpi, baseline from staging.stg_targets"))
    }
    comments = _comments(edition, board)
    lines = []
    for title in board.headlines:
        cumulative = figures.get((title.code, "cumulative"))
        new = figures.get((title.code, "new")) or cumulative
        if cumulative is None:
            continue
        lines.append(
            Line(
                kpi=title.code,
                title=title.title,
                is_mandatory=title.is_mandatory,
                unit=DEFINITIONS[title.code].unit,
                baseline=baselines.get(title.code),
                target=cumulative.target,
                due_month=board.due_months.get(title.code),
                new=None if new is None else new.value,
                new_shown="" if new is None else new.shown,
                cumulative=cumulative.value,
                cumulative_shown=cumulative.shown,
                state=cumulative.state,
                comment=" ".join(comments(cumulative)),
            )
        )
    return lines


def _comments(edition: Edition, board: Scoreboard) -> Callable[[Figure], list[str]]:
    """Return what says all that has to be known beside a figure."""
    restated = read_restatements(edition.connection)
    manual = {line.split(" ", 1)[0]: line.split(" ", 1)[1] for line in board.manual_lines}

    def told(figure: Figure) -> list[str]:
        said = []
        way = board.way_to_go(figure.kpi)
        if way:
            said.append(f"{way[0].upper()}{way[1:]}.")
        differing = board.policies_of(figure.kpi)
        if differing:
            shown = ", ".join(f"{one.policy} {one.shown}" for one in differing)
            said.append(f"By SME policy: {shown}.")
        if figure.kpi in manual:
            said.append(f"In the figure, {manual[figure.kpi]}.")
        for measure in board.beside(figure.kpi):
            beside = board.figure(measure.code, "cumulative")
            if beside is not None and beside.value:
                said.append(f"{measure.title}: {beside.shown}.")
        said += [
            f"{one.closed_period} was reported as {_plain(one.frozen)}, today it would be"
            f" {_plain(one.current)}."
            for one in restated
            if one.kpi == figure.kpi and one.policy in (None, board.policy)
        ]
        if figure.state == "not_applicable":
            said.append("The consortium does not run clusterXchange.")
        return said

    return told


def as_json(edition: Edition, period: str = ALL) -> Export:
    """Return the table for machines; its fields are those of :class:`Line`."""
    told = {
        "format": "eurocluster-kpi-table/1",
        "consortium": edition.project.name,
        "period": period,
        "release": None if edition.release is None else edition.release.number,
        "release_digest": None if edition.release is None else edition.release.digest,
        "publication": edition.publication_id,
        "made_at": edition.made_at.astimezone(UTC).isoformat(timespec="seconds"),
        "reporting_date": edition.project.reporting_date.isoformat(),
        "sme_policy": edition.project.sme_policy,
        "parameters": dict(edition.parameters),
        "kpis": [asdict(line) for line in read_lines(edition, period)],
    }
    content = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    return Export(f"{_name(edition, period)}.json", "application/json", content.encode())


def as_xlsx(edition: Edition, period: str = ALL) -> Export:
    """Return the table as a workbook: the figures, and a sheet that states what they rest on."""
    import xlsxwriter

    lines = read_lines(edition, period)
    sink = io.BytesIO()
    with xlsxwriter.Workbook(
        sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties(
            {
                "title": _title(period),
                "created": edition.made_at.astimezone(UTC).replace(tzinfo=None),
            }
        )
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        number = book.add_format({"num_format": "#,##0.##", "valign": "top"})
        share = book.add_format({"num_format": '0.0" %"', "valign": "top"})
        head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E9EDF2", "bottom": 1}
        )
        bold = book.add_format({"bold": True, "font_size": 14})
        sheet = book.add_worksheet("KPIs")
        write_cell(sheet, 0, 0, f"{edition.project.name}: {_title(period)}", bold)
        write_cell(sheet, 1, 0, "; ".join(f"{k}: {v}" for k, v in edition.statement[:3]))
        for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            write_cell(sheet, 3, column, name, head)
        for row, line in enumerate(lines, start=4):
            is_share = line.kpi == "4a.O4"
            figures = share if is_share else number
            cells: list[tuple[Any, Any]] = [
                (line.kpi, wrapped), (_titled(line), wrapped), (line.unit, wrapped),
                (line.baseline, figures), (line.target, figures),
                (None if line.due_month is None else f"M{line.due_month}", wrapped),
                (line.new, figures), (line.cumulative, figures),
                (line.state.replace("_", " "), wrapped), (line.comment, wrapped),
            ]  # fmt: skip
            for column, (value, look) in enumerate(cells):
                write_cell(sheet, row, column, value, look)
        sheet.freeze_panes(4, 2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(3)
        stated = book.add_worksheet("Release and parameters")
        stated.set_column(0, 0, 32)
        stated.set_column(1, 1, 90)
        for row, (name, said) in enumerate((*edition.statement[:4], *edition.parameters)):
            write_cell(stated, row, 0, name, head)
            write_cell(stated, row, 1, said, wrapped)
    return Export(
        f"{_name(edition, period)}.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        sink.getvalue(),
    )


def as_docx(edition: Edition, period: str = ALL) -> Export:
    """Return the table as a document to paste into a report."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(15)
    core = document.core_properties
    moment = edition.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    core.title, core.author = f"{edition.project.name}: {_title(period)}", edition.project.name
    core.created = core.modified = moment
    core.last_modified_by, core.comments = edition.project.name, ""
    document.styles["Normal"].font.size = Pt(9)
    document.add_heading(f"{edition.project.name}: {_title(period)}", 1)
    for name, said in edition.statement:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{name}: ").bold = True
        paragraph.add_run(str(neutral(said)))
        paragraph.paragraph_format.space_after = Pt(0)
    document.add_paragraph()
    lines = read_lines(edition, period)
    table = document.add_table(rows=1, cols=len(COLUMNS))
    table.style = "Light Grid Accent 1"
    for cell, name in zip(table.rows[0].cells, COLUMNS, strict=True):
        cell.text = name
    marker = OxmlElement("w:tblHeader")
    marker.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(marker)
    for line in lines:
        cells = table.add_row().cells
        for cell, value in zip(cells, _shown(line), strict=True):
            cell.text = str(neutral(value))
    for row in table.rows:
        for cell, width in zip(row.cells, (14, 44, 38, 16, 16, 12, 20, 22, 18, 67), strict=True):
            cell.width = Mm(width)
    sink = io.BytesIO()
    document.save(sink)
    return Export(
        f"{_name(edition, period)}.docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _same_every_time(sink.getvalue()),
    )


def as_pdf_table(edition: Edition, period: str = ALL) -> Export:
    """Return the table as PDF/A."""
    day = edition.made_at.astimezone(UTC)
    values = {
        "title": _title(period),
        "consortium": edition.project.name,
        "publication": f"publication {edition.publication_id}",
        "made": [day.year, day.month, day.day],
        "statement": [list(pair) for pair in edition.statement],
        "columns": list(COLUMNS),
        "rows": [
            [str(neutral(value)) for value in _shown(line)] for line in read_lines(edition, period)
        ],
    }
    return Export(
        f"{_name(edition, period)}.pdf", "application/pdf", as_pdf("kpi_table", values, {})
    )


FORMATS: Final[dict[str, Callable[[Edition, str], Export]]] = {
    "xlsx": as_xlsx,
    "docx": as_docx,
    "pdf": as_pdf_table,
    "json": as_json,
}
"""File format → how the table is written in it."""


def _shown(line: Line) -> tuple[str, ...]:
    return (
        line.kpi, _titled(line), line.unit, _plain(line.baseline), _plain(line.target),
        "" if line.due_month is None else f"M{line.due_month}", line.new_shown,
        line.cumulative_shown, line.state.replace("_", " "), line.comment,
    )  # fmt: skip


def _titled(line: Line) -> str:
    return f"{line.title} ({'mandatory' if line.is_mandatory else 'optional'})"


def _plain(value: float | None) -> str:
    if value is None:
        return ""
    return plain(int(value) if value == int(value) else value)


def _title(period: str) -> str:
    return "KPIs of the whole project" if period == ALL else f"KPIs of {period}"


def _name(edition: Edition, period: str) -> str:
    span = "project" if period == ALL else period
    return f"{edition.project.code}-kpis-{span}-{edition.name}"


def _same_every_time(archive: bytes) -> bytes:
    """Return a zip with every entry of one moment, so that the same content is the same file."""
    import zipfile

    sink = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as source,
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            info = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(entry))
    return sink.getvalue()
