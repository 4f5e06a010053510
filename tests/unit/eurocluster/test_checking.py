"""One file judged without submitting it: whose it is, what is in it, what goes back."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from eurocluster.checking import Checked, Checker
from eurocluster.consortium.declarations import load_consortium
from eurocluster.judging import Calendar
from eurocluster.onboarding import draft
from eurocluster.reading.child import WorkbookReader
from eurocluster.returning import marks_of, summary_of, write_checked
from eurocluster.settings import ROOT

HOME = ROOT / "examples" / "eurocluster"
DAY = date(2024, 10, 15)
HEADERS = (
    "Kod szkolenia",
    "Data",
    "Imię i nazwisko",
    "Pracodawca",
    "Kraj",
    "Kategoria",
    "Obecność",
)
GOOD = ("T1", date(2023, 3, 14), "Testa Przykładna", "Alfa Zmyślona", "Polska", "pracownik", "tak")


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    consortium = load_consortium(HOME)
    calendar = Calendar(consortium.project.start, consortium.project.end, DAY)
    with WorkbookReader() as reader:
        yield Checker(consortium, calendar, b"a secret of the tests", reader)


@pytest.fixture
def polish(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Lista"
    for row in (
        HEADERS,
        GOOD,
        (*GOOD[:5], "czarodziej", "tak"),
        (*GOOD[:2], "Zyta Wzorkowa", *GOOD[3:]),
        ("Razem", None, None, None, None, None, None),
    ):
        book.active.append(row)
    book.save(tmp_path / "lista.xlsx")
    return tmp_path / "lista.xlsx"


def codes(checked: Checked, severity: str) -> list[tuple[str, str | None]]:
    return [(f.code, f.cell) for f in checked.findings if f.severity == severity]


def test_a_file_in_a_declared_folder_is_read_as_its_partner_s(checker: Checker) -> None:
    path = HOME / "drives" / "be" / "aanwezigheid.csv"
    checked = checker.check(path)
    assert checked.partner.partner == "be"
    assert [table.table.found.table.register for table in checked.tables] == ["attendance"]


def test_a_file_of_nobody_is_read_in_the_language_of_its_headers(
    checker: Checker, polish: Path
) -> None:
    checked = checker.check(polish)
    assert (checked.partner.partner, checked.partner.language) == ("somebody", "pl")
    assert checked.partner.country == "PL"


def test_every_line_is_accepted_refused_or_skipped(checker: Checker, polish: Path) -> None:
    (table,) = checker.check(polish).tables
    assert table.accepted.tolist() == [2, 4]
    assert table.refused.tolist() == [3]
    assert [line.row for line in table.skipped] == [5]


def test_findings_name_the_cell_and_speak_the_partner_s_language(
    checker: Checker, polish: Path
) -> None:
    checked = checker.check(polish)
    assert codes(checked, "ERROR") == [("E05", "F3")]
    (error,) = [f for f in checked.findings if f.severity == "ERROR"]
    assert (error.sheet, error.value) == ("Lista", "czarodziej")
    assert "słow" in error.message.casefold()
    assert not checked.is_good


def test_only_the_registers_asked_for_are_looked_for(checker: Checker, polish: Path) -> None:
    checked = checker.check(polish, registers=["exchanges"])
    assert checked.tables == ()
    assert "F02" in [finding.code for finding in checked.findings]


def test_a_file_that_cannot_be_read_is_a_finding(checker: Checker, tmp_path: Path) -> None:
    path = tmp_path / "leer.xlsx"
    path.touch()
    checked = checker.check(path)
    assert checked.workbook is None
    assert [finding.code for finding in checked.findings] == ["F01"]


def test_a_workbook_of_several_registers_gives_a_table_of_each(checker: Checker) -> None:
    (path,) = (HOME / "drives" / "de").glob("*.xlsx")
    checked = checker.check(path)
    registers = [table.table.found.table.register for table in checked.tables]
    assert len(registers) == len(set(registers)) == 10


def test_the_same_file_gives_the_same_answer(checker: Checker, polish: Path) -> None:
    assert checker.check(polish).findings == checker.check(polish).findings


def test_no_answer_names_a_person(checker: Checker, polish: Path) -> None:
    checked = checker.check(polish)
    spoken = repr([*checked.findings, *marks_of(checked), summary_of(checked, DAY)])
    assert "Przykładna" not in spoken
    assert "Wzorkowa" not in spoken


def test_the_returned_workbook_marks_the_bad_cell_and_counts_what_was_read(
    checker: Checker, polish: Path, tmp_path: Path
) -> None:
    out = tmp_path / "back.xlsx"
    write_checked(checker.check(polish), DAY, out)
    book = openpyxl.load_workbook(out)
    assert book.sheetnames[1:] == ["Lista"]
    sheet = book["Lista"]
    assert sheet["F3"].fill.fill_type == "solid"
    assert sheet["F3"].comment is not None
    assert "E05" in sheet["F3"].comment.text
    assert sheet["F2"].fill.fill_type is None
    assert sheet["C2"].value == "Testa Przykładna"
    told = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    assert any("lista.xlsx" in text for text in told)
    assert any("czarodziej" in text or "E05" in text for text in told)


def test_a_returned_workbook_sent_again_says_the_same_and_nothing_of_our_own_notes(
    checker: Checker, polish: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(polish)
    book["Lista"]["F3"].comment = Comment("prosiłam o wyjaśnienie", "sekretariat")
    book["Lista"]["F4"].value = "wróżka"
    book.save(polish)
    first = checker.check(polish)
    write_checked(first, DAY, tmp_path / "back.xlsx")
    again = checker.check(tmp_path / "back.xlsx", first.partner)
    told = [[(f.code, f.row_number, f.cell) for f in c.findings] for c in (first, again)]
    assert told[0] == told[1]
    assert [row for code, row, _ in told[1] if code == "W13"] == [3]


def test_a_draft_recognises_the_register_and_asks_what_only_a_person_knows(
    checker: Checker, polish: Path
) -> None:
    drafted = draft(checker.check(polish, asks_partners=False), polish)
    assert "language: pl" in drafted.yaml
    assert "- name: attendance" in drafted.yaml
    assert "czarodziej" in drafted.yaml
    assert any("code" in question for question in drafted.questions)
    assert any("czarodziej" in question for question in drafted.questions)


def test_a_draft_proposes_unknown_columns_by_their_name_and_by_their_cells(
    checker: Checker, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.active.append(("Kod szkolenja", *HEADERS[1:6], "Był na sali", "Kolor"))
    for day in range(1, 6):
        row = (*GOOD[:2], GOOD[2], *GOOD[3:6], ("tak", "nie", "częściowo")[day % 3], f"kolor {day}")
        book.active.append(row)
    path = tmp_path / "lista.xlsx"
    book.save(path)
    drafted = draft(checker.check(path, asks_partners=False), path)
    assert '"Kod szkolenja": training_id' in drafted.yaml
    assert '"Był na sali": attended' in drafted.yaml
    assert '"Kolor": ?' in drafted.yaml


def test_a_draft_is_a_declaration_once_its_questions_are_answered(
    checker: Checker, polish: Path, tmp_path: Path
) -> None:
    drafted = draft(checker.check(polish, asks_partners=False), polish)
    (tmp_path / "partners").mkdir()
    (tmp_path / "project.yml").write_text((HOME / "project.yml").read_text(encoding="utf-8"))
    answered = drafted.yaml.replace('name: "?"', "name: Klaster Zmyślony")
    (tmp_path / "partners" / "p1.yml").write_text(answered, encoding="utf-8")
    (partner,) = load_consortium(tmp_path).partners
    assert [register.name for register in partner.registers] == ["attendance"]
