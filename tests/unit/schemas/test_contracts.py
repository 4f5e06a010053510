"""The contracts of the registers: what each column and each rule refuses, and what it lets pass."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandera.pandas as pa
import pytest

from eurocluster.judging import Calendar, judge
from eurocluster.register_rows import RegisterRows, TypedColumn
from schemas import REGISTERS
from schemas.reasons import RULES, is_error
from schemas.store import derived_columns, store_schema
from schemas.vocabulary import VOCABULARIES

CALENDAR = Calendar(date(2022, 9, 1), date(2025, 8, 31), date(2025, 9, 15))
DAY = date(2024, 3, 4)

PLAIN: dict[str, Any] = {
    "date": DAY,
    "decimal": Decimal(1000),
    "hours": Decimal(2),
    "integer": 1,
    "yes_no": True,
    "country": "PL",
    "list": ("word",),
    "organisations": ("Alfa",),
    "partners": ("p1",),
}
"""Kind → a value that no contract refuses; any other kind takes a text."""

PARTICULAR: dict[str, dict[str, Any]] = {
    "attendance": {"person_name": "a mark"},
    "exchanges": {"vo_country": "PL", "ho_country": "SK", "vo_name": "Alfa", "ho_name": "Beta"},
}
"""What a good row of a register needs beyond its required columns."""


def plain_value(column: pa.Column) -> Any:
    kind, vocabulary = column.metadata["kind"], column.metadata["vocabulary"]
    if vocabulary:
        code = VOCABULARIES[vocabulary][0]
        return (code,) if kind == "set" else code
    return PLAIN.get(kind, "Alfa")


def good_row(register: str) -> dict[str, Any]:
    """Return a row with every required cell filled and every other one blank."""
    contract = REGISTERS[register]
    row: dict[str, Any] = dict.fromkeys([*contract.columns, *derived_columns(contract)])
    for name, column in contract.columns.items():
        if column.metadata["required"]:
            row[name] = plain_value(column)
    return row | PARTICULAR.get(register, {})


def marks(register: str, changes: dict[str, Any]) -> set[tuple[str, str]]:
    """Return what judging says of a good row with these changes."""
    row = good_row(register) | changes
    rows = RegisterRows(
        register=register,
        file_sha256="f" * 64,
        file_name="register.csv",
        sheet="",
        columns={name: TypedColumn.of([value]) for name, value in row.items()},
        row_numbers=np.array([2]),
        cell_columns={name: place for place, name in enumerate(row, start=1)},
    )
    judge(rows, REGISTERS[register], CALENDAR)
    return {(mark.column, mark.code) for mark in rows.marks}


COLUMNS = [
    (register, name, column)
    for register, contract in REGISTERS.items()
    for name, column in contract.columns.items()
]
REQUIRED = [(register, name) for register, name, column in COLUMNS if column.metadata["required"]]
CLOSED = [
    (register, name, column.metadata["kind"])
    for register, name, column in COLUMNS
    if column.metadata["vocabulary"]
]


@pytest.mark.parametrize("register", REGISTERS)
def test_a_row_with_its_required_cells_filled_breaks_no_rule(register: str) -> None:
    assert marks(register, {}) == set()


@pytest.mark.parametrize(("register", "column"), REQUIRED)
def test_a_blank_required_cell_is_e01_and_nothing_else(register: str, column: str) -> None:
    assert marks(register, {column: None}) == {(column, "E01")}


@pytest.mark.parametrize(
    ("register", "column"),
    [
        (register, name)
        for register, name, column in COLUMNS
        if column.metadata["required"] and column.metadata["kind"] in PLAIN
        if isinstance(PLAIN[column.metadata["kind"]], tuple)
    ],
)
def test_an_empty_list_is_a_blank_cell(register: str, column: str) -> None:
    assert marks(register, {column: ()}) == {(column, "E01")}


@pytest.mark.parametrize(("register", "column", "kind"), CLOSED)
def test_a_foreign_code_in_a_closed_column_is_e05(register: str, column: str, kind: str) -> None:
    foreign = "no_such_code"
    value = (foreign,) if kind == "set" else foreign
    assert (column, "E05") in marks(register, {column: value})


@pytest.mark.parametrize(("register", "column", "kind"), CLOSED)
def test_every_code_of_a_closed_list_is_allowed(register: str, column: str, kind: str) -> None:
    definition = REGISTERS[register].columns[column]
    for code in VOCABULARIES[definition.metadata["vocabulary"]]:
        value = (code,) if kind == "set" else code
        assert (column, "E05") not in marks(register, {column: value}), code


def test_one_foreign_code_among_good_ones_is_e05() -> None:
    audience = ("cluster_staff", "no_such_code")
    assert marks("trainings", {"audience": audience}) == {("audience", "E05")}


BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
SME = {"sme_declared": "sme", "headcount_awu": Decimal(249), "turnover_eur": Decimal(50_000_000)}
NOT_SME = {
    "sme_declared": "not_sme",
    "headcount_awu": Decimal(250),
    "turnover_eur": Decimal(50_000_000),
}
UPGRADE = {"application_type": "upgrade", "previous_level": "silver", "level": "gold"}
GROUP = {"person_name": None, "headcount": 2}
NUMBERED = {"reg_no": "0000000001", "reg_scheme": "KRS"}

ROW_RULES: list[tuple[str, str, str, dict[str, Any], dict[str, Any]]] = [
    # register, blamed column, code, a good row, what makes it bad
    ("organisations", "sme_valid_to", "E03",
     {"sme_valid_from": DAY, "sme_valid_to": DAY}, {"sme_valid_to": BEFORE}),
    ("organisations", "reg_scheme", "E18", NUMBERED, {"reg_scheme": None}),
    ("organisations", "reg_no", "E18", NUMBERED, {"reg_no": None}),
    ("organisations", "self_employed", "E18",
     {"self_employed": True, "org_type": "business"}, {"org_type": "research"}),
    ("organisations", "eccp_url", "E18",
     {"eccp_url": "alfa", "org_type": "cluster_organisation"}, {"org_type": "business"}),
    ("organisations", "sme_declared", "W06", SME, {"headcount_awu": Decimal(250)}),
    ("organisations", "sme_declared", "W06",
     SME | {"balance_sheet_eur": Decimal(43_000_001)}, {"turnover_eur": Decimal(50_000_001)}),
    ("organisations", "sme_declared", "W06", NOT_SME, {"headcount_awu": Decimal("249.9")}),
    ("organisations", "turnover_eur", "W07",
     {"headcount_awu": Decimal(10), "turnover_eur": Decimal(1000)},
     {"turnover_eur": Decimal(999)}),
    ("organisations", "balance_sheet_eur", "W07",
     {"headcount_awu": Decimal(9), "balance_sheet_eur": Decimal(999)},
     {"headcount_awu": Decimal(10)}),
    ("trainings", "end_date", "E03", {}, {"end_date": BEFORE}),
    ("trainings", "end_date", "E18",
     {"end_date": DAY + timedelta(days=366)}, {"end_date": DAY + timedelta(days=367)}),
    ("attendance", "person_name", "E01", {}, {"person_name": None}),
    ("attendance", "person_name", "E01",
     {"person_name": None, "first_name": "a mark", "surname": "a mark"}, {"first_name": None}),
    ("attendance", "headcount", "E11", GROUP, {"person_name": "a mark"}),
    ("attendance", "headcount", "E11", GROUP, {"surname": "a mark"}),
    ("attendance", "headcount", "E18", {"headcount": 1}, {"headcount": 0}),
    ("attendance", "hours", "E18",
     {"session_date": DAY, "hours": Decimal(24)}, {"hours": Decimal("24.5")}),
    ("attendance", "hours", "E18", {"hours": Decimal(40)}, {"session_date": DAY}),
    ("training_plans", "adoption_date", "E01",
     {"status": "adopted", "adoption_date": DAY}, {"adoption_date": None}),
    ("training_plans", "adoption_date", "E01", {"status": "draft"}, {"status": "implemented"}),
    ("label_applications", "application_date", "E01", {"status": "planned"},
     {"status": "submitted"}),
    ("label_applications", "application_date", "E01",
     {"status": "withdrawn_before_submission"}, {"status": "withdrawn_after_submission"}),
    ("label_applications", "decision_date", "E03",
     {"application_date": DAY, "decision_date": DAY}, {"decision_date": BEFORE}),
    ("label_applications", "valid_until", "E03",
     {"valid_from": DAY, "valid_until": AFTER}, {"valid_until": BEFORE}),
    ("label_applications", "level", "W09", UPGRADE, {"level": "silver"}),
    ("label_applications", "level", "W09", UPGRADE, {"level": "bronze"}),
    ("exchanges", "end_date", "E03", {}, {"end_date": BEFORE}),
    ("exchanges", "ho_country", "E12", {}, {"ho_country": "PL"}),
    ("exchanges", "ho_name", "E13", {"vo_id": "1", "ho_id": "2"}, {"ho_id": "1"}),
    ("exchanges", "ho_name", "E13", {"ho_country": "PL"}, {"ho_name": " ALFA "}),
    ("services", "retired_date", "E03",
     {"first_offered_date": DAY, "retired_date": DAY}, {"retired_date": BEFORE}),
    ("activities", "end_date", "E03", {"end_date": DAY}, {"end_date": BEFORE}),
]  # fmt: skip


@pytest.mark.parametrize(("register", "blamed", "code", "good", "bad"), ROW_RULES)
def test_a_rule_across_columns_fires_on_the_bad_row_and_not_on_the_good_one(
    register: str, blamed: str, code: str, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    assert (blamed, code) not in marks(register, good)
    assert (blamed, code) in marks(register, good | bad)


def test_no_rule_across_columns_is_left_out_of_the_table() -> None:
    declared = {
        (register, *reversed(str(rule.name).split(":")))
        for register, contract in REGISTERS.items()
        for rule in contract.checks
    }
    assert declared <= {(register, blamed, code) for register, blamed, code, _, _ in ROW_RULES}


@pytest.mark.parametrize(
    "unknown",
    [
        {"sme_declared": "sme", "headcount_awu": Decimal(10)},
        {"sme_declared": "not_sme", "headcount_awu": Decimal(10)},
        {"sme_declared": "unknown", "headcount_awu": Decimal(900)},
        {"sme_declared": "not_sme", "turnover_eur": Decimal(5000)},
    ],
)
def test_figures_that_decide_nothing_contradict_no_declaration(unknown: dict[str, Any]) -> None:
    assert marks("organisations", unknown) == set()


@pytest.mark.parametrize(
    ("register", "column", "good", "bad", "code"),
    [
        ("organisations", "legal_name", "A" * 200, "A" * 201, "E18"),
        ("organisations", "legal_name", "4", "---", "E18"),
        ("organisations", "euid", "PLKRS.0000000001", "KRS 0000000001", "E18"),
        ("organisations", "pic", "999999999", "99999999", "E18"),
        ("organisations", "nuts", "PL213", "Poland", "E18"),
        ("organisations", "fiscal_year", 2015, 2014, "E18"),
        ("organisations", "headcount_awu", Decimal(0), Decimal("-0.5"), "E06"),
        ("trainings", "title", "A" * 500, "A" * 501, "E18"),
        ("trainings", "planned_hours", Decimal("0.25"), Decimal("0.2"), "E18"),
        ("attendance", "hours", Decimal(550), Decimal(551), "E18"),
        ("attendance", "hours", Decimal(0), Decimal(-1), "E06"),
        ("exchanges", "working_days", 0, -1, "E06"),
        ("exchanges", "visitors", 1, 0, "E18"),
        ("sme_investments", "currency", "PLN", "zloty", "E18"),
        ("sme_investments", "amount", Decimal(0), Decimal("-0.01"), "E06"),
        ("activities", "quantity", 1, 0, "E18"),
    ],
)
def test_a_value_is_refused_just_beyond_its_bound(
    register: str, column: str, good: Any, bad: Any, code: str
) -> None:
    assert marks(register, {column: good}) == set()
    assert marks(register, {column: bad}) == {(column, code)}


def test_only_attendance_has_personal_columns() -> None:
    personal = {(register, name) for register, name, c in COLUMNS if c.metadata["personal"]}
    names = ("person_name", "first_name", "surname", "email")
    assert personal == {("attendance", name) for name in names}


def test_the_store_has_no_personal_column() -> None:
    kept = set(store_schema(REGISTERS["attendance"]).names)
    assert not kept & {"person_name", "first_name", "surname", "email"}
    assert {"name_key", "email_key"} <= kept


def test_every_register_and_column_is_described() -> None:
    bare = [(register, name) for register, name, c in COLUMNS if not (c.description or "").strip()]
    assert bare == []
    assert all(contract.description for contract in REGISTERS.values())


def test_every_reference_names_a_register_and_every_key_a_column() -> None:
    references = {c.metadata["reference"] for _, _, c in COLUMNS} - {None}
    assert references <= REGISTERS.keys()
    for contract in REGISTERS.values():
        known = {*contract.columns, *derived_columns(contract)}
        assert {contract.metadata["key"], *contract.metadata["natural_key"]} <= known
        assert contract.metadata["counting_date"] in {None, *contract.columns}


@pytest.mark.parametrize("code", RULES)
def test_a_rule_has_a_severity_and_a_sentence(code: str) -> None:
    rule = RULES[code]
    assert rule.code == code
    assert rule.severity == {"E": "ERROR", "F": "ERROR", "W": "WARN", "I": "INFO"}[code[0]]
    assert rule.sentence.endswith((".", "?"))
    assert rule.title
    assert is_error(code) == (rule.severity == "ERROR")


def test_every_check_of_a_contract_is_in_the_catalogue() -> None:
    of_values = {str(check.name) for _, _, column in COLUMNS for check in column.checks}
    of_rows = {str(rule.name).split(":")[0] for c in REGISTERS.values() for rule in c.checks}
    assert of_values | of_rows <= RULES.keys()
