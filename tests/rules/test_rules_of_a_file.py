"""Every rule that one file can break: a file that breaks it, and its twin that does not.

Belongs here: real workbooks and text files, one pair per rule.
Does not belong here: rules across registers (test_rules_across_registers.py).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.rules.catalogue import ACROSS, CODES, GOOD, OF_DELIVERY, Cells
from tests.traits.desk import Answer, Desk
from tests.traits.sheets import fill


@dataclass(frozen=True)
class Broken:
    """A rule, and what makes a good row break it.

    Attributes:
        column: Column that is blamed.
        cells: Cells of the bad row.
        twin: Cells of a row that looks similar and breaks nothing.
    """

    code: str
    register: str
    column: str
    cells: Cells
    twin: Cells = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code}-{self.register}-{self.column}"


ATTENDANCE, EXCHANGES, ORGANISATIONS = "attendance", "exchanges", "organisations"

BROKEN = (
    Broken("E01", ATTENDANCE, "training_id", {"training_id": None}),
    Broken("E01", ATTENDANCE, "person_name", {"person_name": None},
           {"person_name": None, "email": None, "headcount": 12}),
    Broken("E01", "label_applications", "application_date", {"application_date": None},
           {"application_date": None, "status": "planned"}),
    Broken("E02", ATTENDANCE, "session_date", {"session_date": "31.02.2023"},
           {"session_date": "28.02.2023"}),
    Broken("E03", EXCHANGES, "end_date", {"end_date": "2023-05-07"}, {"end_date": "2023-05-08"}),
    Broken("E03", ORGANISATIONS, "sme_valid_to", {"sme_valid_to": "2022-12-31"},
           {"sme_valid_to": "2023-01-01"}),
    Broken("E04", ATTENDANCE, "session_date", {"session_date": "2022-08-31"},
           {"session_date": "2022-09-01"}),
    Broken("E04", ATTENDANCE, "session_date", {"session_date": "2025-09-01"},
           {"session_date": "2025-08-31"}),
    Broken("E05", ATTENDANCE, "person_category", {"person_category": "wizard"},
           {"person_category": "self_employed"}),
    Broken("E05", "trainings", "audience", {"audience": "sme_workers; wizards"},
           {"audience": "sme_workers; trainers"}),
    Broken("E06", ATTENDANCE, "hours", {"hours": -1}, {"hours": 0}),
    Broken("E06", ORGANISATIONS, "turnover_eur", {"turnover_eur": -5}, {"turnover_eur": None}),
    Broken("E07", "trainings", "lead_partner", {"lead_partner": "p9"}, {"lead_partner": "p2"}),
    Broken("E09", ATTENDANCE, "employer_country", {"employer_country": "Atlantis"},
           {"employer_country": "Grecja"}),
    Broken("E11", ATTENDANCE, "headcount", {"headcount": 12},
           {"headcount": 12, "person_name": None, "email": None}),
    Broken("E12", EXCHANGES, "ho_country", {"ho_country": "PL"}, {"ho_country": "CZ"}),
    Broken("E13", EXCHANGES, "ho_name", {"ho_name": "ALFA PRZYKŁAD", "ho_country": "PL"},
           {"ho_name": "ALFA PRZYKŁAD", "ho_country": "BE"}),
    Broken("E14", ATTENDANCE, "certificate_no", {"certificate_no": "44051401359"},
           {"certificate_no": "44051401358"}),
    Broken("E15", EXCHANGES, "end_date", {"end_date": "2025-09-16", "start_date": "2025-09-10"},
           {"end_date": "2025-09-15", "start_date": "2025-09-10"}),
    Broken("E16", ATTENDANCE, "person_name", {"person_name": "Testa Przykładna, Bruno Zmyślony"},
           {"person_name": "Przykładna, Testa"}),
    Broken("W01", ORGANISATIONS, "vat_no", {"vat_no": "7680002467"}, {"vat_no": "768-000-24-66"}),
    Broken("W01", ATTENDANCE, "employer_id", {"employer_id": "7680002467"}, {"employer_id": None}),
    Broken("W02", ATTENDANCE, "session_date", {"session_date": "04/03/2023"},
           {"session_date": "14/03/2023"}),
    Broken("W03", ATTENDANCE, "email", {"email": "info@alfa.example"},
           {"email": "informatyka.testa@alfa.example"}),
    Broken("W06", ORGANISATIONS, "sme_declared", {"headcount_awu": 600},
           {"headcount_awu": 600, "sme_declared": "not_sme"}),
    Broken("W07", ORGANISATIONS, "turnover_eur", {"turnover_eur": 850},
           {"turnover_eur": 850, "headcount_awu": 2}),
    Broken("W09", "label_applications", "level", {"level": "bronze"}, {"level": "gold"}),
    Broken("W15", ATTENDANCE, "hours", {"hours": "6,5"}, {"hours": 6.5}),
)  # fmt: skip


def book_of(register: str, *lines: Cells) -> tuple[openpyxl.Workbook, Worksheet]:
    """Return a workbook with these rows, under canonical headers."""
    headers = list(GOOD[register])
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Lista"
    fill(sheet, headers, *([line[header] for header in headers] for line in lines))
    return book, sheet


def checked(desk: Desk, folder: Path, register: str, *changes: Cells) -> Answer:
    """Return what is said of a file whose rows are good but for these cells."""
    lines = [GOOD[register] | change for change in changes]
    book, _ = book_of(register, *lines)
    book.save(folder / "file.xlsx")
    return desk.check(folder / "file.xlsx", register=register)


@pytest.mark.parametrize("rule", BROKEN, ids=str)
def test_a_row_that_breaks_a_rule_is_marked_at_its_cell(
    desk: Desk, tmp_path: Path, rule: Broken
) -> None:
    answer = checked(desk, tmp_path, rule.register, rule.cells)
    found = [finding for finding in answer.checked.findings if finding.code == rule.code]
    letter = get_column_letter([*GOOD[rule.register]].index(rule.column) + 1)
    assert [(finding.column_name, finding.cell) for finding in found] == [
        (rule.column, f"{letter}2")
    ]
    assert answer.fates()["accepted"] == ([] if rule.code[0] == "E" else [2])


@pytest.mark.parametrize("rule", BROKEN, ids=str)
def test_its_twin_and_a_good_row_are_not_marked(desk: Desk, tmp_path: Path, rule: Broken) -> None:
    for folder, change in (("good", {}), ("twin", rule.twin)):
        (tmp_path / folder).mkdir()
        answer = checked(desk, tmp_path / folder, rule.register, change)
        assert rule.code not in answer.codes()


def two_ids(sheet: Worksheet) -> None:
    fill(sheet, *_lines(sheet), [*_lines(sheet)[1][:-1], "inna.pdf"])


def same_id_same_row(sheet: Worksheet) -> None:
    fill(sheet, *_lines(sheet), _lines(sheet)[1])


def unknown_column(sheet: Worksheet) -> None:
    sheet["R1"], sheet["R2"] = "Rozmiar koszulki", "XL"


def own_remarks(sheet: Worksheet) -> None:
    sheet["R1"], sheet["R2"] = "Uwagi", "—"


def no_column(sheet: Worksheet) -> None:
    sheet.delete_cols(14)


def blank_column(sheet: Worksheet) -> None:
    sheet["N2"] = None


def hidden_row(sheet: Worksheet) -> None:
    sheet.row_dimensions[2].hidden = True


def hidden_blank_row(sheet: Worksheet) -> None:
    sheet.row_dimensions[9].hidden = True


def comment(sheet: Worksheet) -> None:
    sheet["F2"].comment = Comment("zrezygnowała", "x")


def lost_formula(sheet: Worksheet) -> None:
    sheet["L2"] = "=3+3"


def total(sheet: Worksheet) -> None:
    sheet["D3"], sheet["L3"] = "Razem", 6.5


def polish_header(sheet: Worksheet) -> None:
    sheet["L1"] = "Liczba godzin"


def german_header(sheet: Worksheet) -> None:
    sheet["L1"] = "Stundenanzahl"


def ditto(sheet: Worksheet) -> None:
    fill(sheet, *_lines(sheet), ["A2", *_lines(sheet)[1][1:5], '"', *_lines(sheet)[1][6:]])


def written_out(sheet: Worksheet) -> None:
    fill(sheet, *_lines(sheet), ["A2", *_lines(sheet)[1][1:]])


def merged(sheet: Worksheet) -> None:
    written_out(sheet)
    sheet.merge_cells("B2:B3")


def _lines(sheet: Worksheet) -> list[list[Any]]:
    return [list(line) for line in sheet.iter_rows(values_only=True)]


DRESSED: dict[str, tuple[Callable[[Worksheet], None], list[str], Callable[[Worksheet], None]]] = {
    "E08": (two_ids, ["A2", "A3"], same_id_same_row),
    "W10": (unknown_column, ["R1"], own_remarks),
    "W11": (no_column, ["Lista"], blank_column),
    "W12": (hidden_row, ["2"], hidden_blank_row),
    "W13": (comment, ["2"], blank_column),
    "W14": (lost_formula, ["L2"], blank_column),
    "W16": (total, ["3"], written_out),
    "I01": (german_header, ["L1"], polish_header),
    "I03": (ditto, ["F3"], written_out),
    "I04": (merged, ["B3"], written_out),
}
"""Rule → what makes a workbook break it, where, and what looks similar and breaks nothing."""


@pytest.mark.parametrize("code", DRESSED)
def test_a_workbook_that_breaks_a_rule_is_marked_and_its_twin_is_not(
    desk: Desk, tmp_path: Path, code: str
) -> None:
    breaks, cells, looks_similar = DRESSED[code]
    for name, dress in (("bad", breaks), ("good", looks_similar)):
        book, sheet = book_of("attendance", GOOD["attendance"])
        dress(sheet)
        book.save(tmp_path / f"{name}.xlsx")
    said = desk.check(tmp_path / "bad.xlsx").cells(code)
    if code == "I04":
        assert cells[0] in said
    else:
        assert said == cells
    assert desk.check(tmp_path / "good.xlsx").cells(code) == []


def test_how_the_letters_of_a_text_file_were_decided_is_told_and_workbooks_have_none(
    desk: Desk, tmp_path: Path
) -> None:
    lines = [";".join(GOOD["attendance"]), ";".join(map(str, GOOD["attendance"].values()))]
    (tmp_path / "l.csv").write_bytes("\r\n".join(lines).encode("cp1250"))
    answer = desk.check(tmp_path / "l.csv")
    assert len(answer.cells("I02")) == 1
    assert answer.column("employer_name") == ["Alfa Przykład"]
    assert "I02" not in checked(desk, tmp_path, "attendance", {}).codes()


def test_every_rule_of_the_specification_is_tested_here_or_across_registers() -> None:
    here = {rule.code for rule in BROKEN} | set(DRESSED) | {"I02"}
    assert here | ACROSS | OF_DELIVERY == set(CODES)
