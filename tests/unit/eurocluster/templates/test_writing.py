"""Templates filled in with their own words come back as the values that were meant."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from eurocluster.conforming.folding import fold
from eurocluster.conforming.lexicon import LANGUAGES
from eurocluster.consortium.declarations import Consortium
from eurocluster.templates.writing import UnknownTemplate, write_template
from schemas import REGISTERS
from tests.unit.eurocluster.templates.filled import REGISTER_SHEET, fill, offered
from tests.unit.eurocluster.templates.good_rows import GOOD_ROWS, POLISH_VAT, Row
from tests.unit.eurocluster.templates.reading_back import read_back

EVERY_REGISTER = pytest.mark.parametrize("register", REGISTERS)
EVERY_LANGUAGE = pytest.mark.parametrize(
    "language",
    [
        pytest.param(code, marks=() if code in ("el", "pl") else pytest.mark.slow)
        for code in LANGUAGES
    ],
)


def assert_same(found: Sequence[Mapping[str, Any]], meant: Sequence[Row], register: str) -> None:
    columns = REGISTERS[register].columns
    personal = {name for name, column in columns.items() if column.metadata["personal"]}
    public = [name for name in columns if name not in personal]
    assert [[row[name] for name in public] for row in found] == [
        [row.get(name) for name in public] for row in meant
    ]
    for name in personal:
        assert [row[name] is None for row in found] == [row.get(name) is None for row in meant]


@EVERY_REGISTER
@EVERY_LANGUAGE
def test_a_filled_template_is_read_back_without_a_finding(
    language: str, register: str, consortium: Consortium, tmp_path: Path
) -> None:
    path = tmp_path / "register.xlsx"
    write_template(register, language, path, consortium=consortium)
    fill(path, register, language, GOOD_ROWS[register], consortium)
    back = read_back(path, register, language, consortium)
    assert back.findings == []
    assert_same(back.rows, GOOD_ROWS[register], register)


@EVERY_REGISTER
@pytest.mark.parametrize("language", ["el", "pl", pytest.param("ga", marks=pytest.mark.slow)])
def test_a_prefilled_template_is_read_back_without_a_finding(
    language: str, register: str, consortium: Consortium, tmp_path: Path
) -> None:
    path = tmp_path / "register.xlsx"
    rows = GOOD_ROWS[register]
    write_template(register, language, path, consortium=consortium, rows=rows)
    back = read_back(path, register, language, consortium)
    assert back.findings == []
    assert_same(back.rows, rows, register)


@pytest.mark.slow
@EVERY_REGISTER
@pytest.mark.parametrize("language", ["bg", "hu", "mt"])
def test_a_partner_of_another_language_may_use_the_english_template(
    language: str, register: str, consortium: Consortium, tmp_path: Path
) -> None:
    path = tmp_path / "register.xlsx"
    rows = GOOD_ROWS[register]
    write_template(register, "en", path, consortium=consortium, rows=rows)
    back = read_back(path, register, language, consortium)
    assert back.findings == []
    assert_same(back.rows, rows, register)


@EVERY_REGISTER
def test_an_empty_template_has_no_rows_and_is_told_so(
    register: str, consortium: Consortium, tmp_path: Path
) -> None:
    path = tmp_path / "register.xlsx"
    write_template(register, "en", path)
    read = read_back(path, register, "en", consortium)
    assert read.rows == []
    assert [code for code, _, _ in read.findings] == ["W25"]


@EVERY_LANGUAGE
def test_a_partner_finds_its_own_organisation_in_place(
    language: str, consortium: Consortium, tmp_path: Path
) -> None:
    path = tmp_path / "register.xlsx"
    own = consortium.partners[0]
    write_template("organisations", language, path, partner=own, consortium=consortium)
    back = read_back(path, "organisations", language, consortium)
    assert back.findings == []
    (row,) = back.rows
    assert (row["legal_name"], row["country"], row["vat_no"]) == (own.name, "PL", POLISH_VAT)
    assert (row["org_type"], row["consortium_partner"]) == ("cluster_organisation", True)


@pytest.mark.parametrize(
    ("register", "language", "words"),
    [
        ("attendence", "pl", "Did you mean attendance?"),
        ("attendance", "no", "Known: bg, cs, da"),
        ("", "pl", "Known: organisations, trainings"),
    ],
)
def test_an_unknown_register_or_language_is_refused_with_words(
    register: str, language: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(UnknownTemplate, match=words.replace("?", r"\?")):
        write_template(register, language, tmp_path / "x.xlsx")
    assert not (tmp_path / "x.xlsx").exists()


@EVERY_REGISTER
def test_the_same_template_has_the_same_bytes(
    register: str, consortium: Consortium, tmp_path: Path
) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        write_template(register, "fr", tmp_path / name, consortium=consortium)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_codes_are_kept_as_text_and_dates_as_dates(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    rows = [{"training_id": "007", "session_date": date(2024, 3, 31), "hours": Decimal("1.5")}]
    write_template("attendance", "en", path, rows=rows)
    sheet = load_workbook(path).worksheets[REGISTER_SHEET]
    columns = list(REGISTERS["attendance"].columns)
    code, day, hours = (sheet.cell(2, columns.index(name) + 1) for name in rows[0])
    assert (code.value, code.number_format) == ("007", "@")
    assert (day.is_date, day.value) == (True, datetime(2024, 3, 31))
    assert hours.value == 1.5


def test_a_value_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    write_template("trainings", "en", path, rows=[{"training_id": "=1+1", "title": "@SUM(A1)"}])
    sheet = load_workbook(path).worksheets[REGISTER_SHEET]
    assert [(cell.value, cell.data_type) for cell in sheet[2][:2]] == [
        ("=1+1", "s"),
        ("@SUM(A1)", "s"),
    ]


def test_a_value_of_an_unknown_kind_is_no_cell(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="title: a object"):
        write_template("trainings", "en", tmp_path / "x.xlsx", rows=[{"title": object()}])


@EVERY_REGISTER
def test_required_columns_bear_a_star_and_no_two_headers_are_the_same(
    register: str, tmp_path: Path
) -> None:
    path = tmp_path / "register.xlsx"
    write_template(register, "de", path)
    sheet = load_workbook(path).worksheets[REGISTER_SHEET]
    headers = [str(cell.value) for cell in sheet[1]]
    required = [c.metadata["required"] for c in REGISTERS[register].columns.values()]
    assert [header.endswith("*") for header in headers] == required
    assert len({fold(header) for header in headers}) == len(headers)


@EVERY_REGISTER
def test_every_column_is_explained_once_on_the_first_sheet(register: str, tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    write_template(register, "de", path)
    how_to, sheet, lists = load_workbook(path).worksheets
    headers = [cell.value for cell in sheet[1]]
    explained = [cell.value for cell in how_to["A"]]
    assert explained[-len(headers) :] == headers
    assert all(cell.value for cell in how_to["B"][-len(headers) :])
    assert (how_to.sheet_state, sheet.sheet_state, lists.sheet_state) == (
        "visible",
        "visible",
        "hidden",
    )


def test_cells_are_checked_while_they_are_typed(consortium: Consortium, tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    own = consortium.partners[1]
    write_template("trainings", "en", path, partner=own, consortium=consortium)
    book = load_workbook(path)
    sheet = book.worksheets[REGISTER_SHEET]
    names = list(REGISTERS["trainings"].columns)
    checks = {
        names[cells.min_col - 1]: check
        for check in sheet.data_validations.dataValidation
        for cells in check.sqref.ranges
    }
    assert checks["start_date"].type == "date"
    assert (checks["planned_hours"].formula1, checks["planned_hours"].formula2) == ("0.25", "500")
    assert (checks["title"].type, checks["title"].formula1) == ("textLength", "500")
    assert checks["status"].showErrorMessage
    assert not checks["co_partners"].showErrorMessage, "several partners may stand in one cell"
    words = offered(book, sheet)
    assert words[names.index("lead_partner") + 1][0] == own.name
    assert words[names.index("status") + 1] == ["planned", "delivered", "cancelled"]
    assert len(words[names.index("country") + 1]) > 200
