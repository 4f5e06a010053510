"""Every rule of every contract fires on a bad value and stays silent on a good one.

Belongs here: one bad and one good value per rule, judged as a night would judge it.
Does not belong here: the shape of contracts (test_registers.py), reading cells (conforming).
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from eurocluster.judging import Calendar, judge
from schemas import REGISTERS
from schemas.vocabulary import VOCABULARIES
from tests.delivering import REPORTING_DATE, typed_rows

CALENDAR = Calendar(date(2022, 9, 1), date(2025, 8, 31), REPORTING_DATE)
DAY, NEXT_DAY = date(2023, 5, 8), date(2023, 5, 9)

GOOD: dict[str, dict[str, Any]] = {
    "organisations": {
        "record_id": "O1", "legal_name": "Acme", "country": "PL", "org_type": "business",
        "vat_no": "PL5260250274", "euid": "PLKRS.0000123456", "reg_no": "0000123456",
        "reg_scheme": "KRS", "pic": "999888777", "self_employed": False, "nuts": "PL22",
        "ecosystem": "digital", "headcount_awu": Decimal(20), "turnover_eur": Decimal(2_000_000),
        "balance_sheet_eur": Decimal(1_000_000), "fiscal_year": 2023, "autonomy": "autonomous",
        "sme_declared": "sme", "sme_evidence": "accounts", "sme_valid_from": DAY,
        "sme_valid_to": NEXT_DAY,
    },
    "trainings": {
        "training_id": "T1", "title": "Digital skills", "objective": "both",
        "audience": ("sme_workers",), "topic_flags": ("digital_skills",), "format": "online",
        "start_date": DAY, "end_date": NEXT_DAY, "planned_hours": Decimal("6.5"),
        "lead_partner": "p1", "status": "delivered", "action_code": "4b.A5",
    },
    "attendance": {
        "record_id": "A1", "training_id": "T1", "session_date": DAY, "person_name": "filled",
        "employer_name": "Acme", "employer_country": "PL", "person_category": "worker",
        "role": "participant", "attended": "yes", "hours": Decimal(6), "gender": "undisclosed",
        "headcount": 1,
    },
    "training_plans": {
        "plan_id": "PL-01", "title": "Plan", "beneficiary_orgs": ("p1",), "status": "adopted",
        "supporting_partner": "p1", "support_type": "drafting", "adoption_date": DAY,
        "staff_covered": 5,
    },
    "label_applications": {
        "application_id": "L1", "cluster_org": "Cluster", "scheme": "ECEI", "level": "silver",
        "application_type": "upgrade", "previous_level": "bronze", "application_date": DAY,
        "status": "awarded", "decision_date": NEXT_DAY, "valid_from": DAY,
        "valid_until": NEXT_DAY,
    },
    "exchanges": {
        "exchange_id": "X1", "vo_name": "Acme", "vo_country": "PL", "vo_id": "vat:PL1",
        "vo_type": "sme", "vo_is_sme": "yes", "ho_name": "Beta", "ho_country": "BE",
        "ho_id": "vat:BE2", "ho_type": "cluster", "ho_is_sme": "no", "vo_partnership": "ours",
        "mode": "physical", "start_date": DAY, "end_date": NEXT_DAY, "working_days": 2,
        "visitors": 1, "status": "completed", "lump_sum_eur": Decimal(390),
    },
    "services": {
        "service_id": "SV1", "title": "Check", "category": "mentoring", "objective": "4b",
        "providers": ("p1", "p2"), "target_group": "smes", "status": "offered",
        "first_offered_date": DAY, "retired_date": NEXT_DAY, "action_code": "4b.A1",
    },
    "service_deliveries": {
        "delivery_id": "D1", "service_id": "SV1", "recipient": "Acme", "partner": "p1",
        "delivered_on": DAY, "status": "delivered", "directness": "direct", "hours": Decimal(8),
        "value_eur": Decimal(100),
    },
    "sme_investments": {
        "investment_id": "I1", "sme": "Acme", "investment_date": DAY, "kind": "staff_time",
        "amount": Decimal(500), "currency": "EUR", "staff_hours": Decimal(16),
        "employees_concerned": 2, "project_link": "T1", "grant_received_eur": Decimal(0),
    },
    "pacts": {
        "pact_id": "PA", "title": "Pact", "pact_type": "rsp", "ecosystem": "digital",
        "status": "signed", "cluster_reference": True, "reference_date": DAY,
        "involvement": "lead", "reporting_partner": "p1",
    },
    "cooperations": {
        "cooperation_id": "C1", "partner": "p1", "institution": "School", "nuts": "PL22",
        "institution_type": "vet", "kind": "mou", "status": "signed", "signed_date": DAY,
    },
    "activities": {
        "activity_id": "V1", "action_code": "4b.A3", "title": "Workshop", "partners": ("p1",),
        "start_date": DAY, "end_date": NEXT_DAY, "status": "done", "output_type": "event",
        "quantity": 1,
    },
}  # fmt: skip

BAD: list[tuple[str, str, dict[str, Any]]] = [
    ("organisations", "legal_name:E18", {"legal_name": "x" * 201}),
    ("organisations", "legal_name:E18", {"legal_name": "—"}),
    ("organisations", "euid:E18", {"euid": "PL 0000123456"}),
    ("organisations", "pic:E18", {"pic": "12345"}),
    ("organisations", "nuts:E18", {"nuts": "Mazowsze"}),
    ("organisations", "headcount_awu:E06", {"headcount_awu": Decimal(-1)}),
    ("organisations", "turnover_eur:E06", {"turnover_eur": Decimal(-1)}),
    ("organisations", "balance_sheet_eur:E06", {"balance_sheet_eur": Decimal(-1)}),
    ("organisations", "fiscal_year:E18", {"fiscal_year": 1999}),
    ("organisations", "sme_valid_to:E03", {"sme_valid_to": date(2023, 5, 7)}),
    ("organisations", "reg_scheme:E18", {"reg_scheme": None}),
    ("organisations", "reg_no:E18", {"reg_no": None}),
    ("organisations", "self_employed:E18", {"self_employed": True, "org_type": "research"}),
    ("organisations", "eccp_url:E18", {"eccp_url": "clustercollaboration.eu/x"}),
    ("organisations", "sme_declared:W06", {"headcount_awu": Decimal(300)}),
    ("organisations", "sme_declared:W06", {"sme_declared": "not_sme"}),
    ("organisations", "turnover_eur:W07", {"turnover_eur": Decimal(500)}),
    ("organisations", "balance_sheet_eur:W07", {"balance_sheet_eur": Decimal(500)}),
    ("trainings", "title:E18", {"title": "x" * 501}),
    ("trainings", "planned_hours:E18", {"planned_hours": Decimal("0.1")}),
    ("trainings", "planned_hours:E18", {"planned_hours": Decimal(501)}),
    ("trainings", "end_date:E03", {"end_date": date(2023, 5, 7)}),
    ("trainings", "end_date:E18", {"end_date": date(2024, 5, 9)}),
    ("attendance", "person_name:E01", {"person_name": None}),
    ("attendance", "person_name:E01", {"person_name": None, "surname": "filled"}),
    ("attendance", "headcount:E11", {"headcount": 12}),
    ("attendance", "headcount:E18", {"headcount": 0}),
    ("attendance", "hours:E06", {"hours": Decimal(-1)}),
    ("attendance", "hours:E18", {"hours": Decimal(25)}),
    ("attendance", "hours:E18", {"hours": Decimal(551), "session_date": None}),
    ("attendance", "session_date:E04", {"session_date": date(2022, 8, 31)}),
    ("training_plans", "adoption_date:E01", {"adoption_date": None}),
    ("training_plans", "adoption_date:E04", {"adoption_date": date(2025, 9, 1)}),
    ("training_plans", "staff_covered:E06", {"staff_covered": -1}),
    ("label_applications", "application_date:E01", {"application_date": None}),
    ("label_applications", "decision_date:E03", {"decision_date": date(2023, 5, 7)}),
    ("label_applications", "valid_until:E03", {"valid_until": date(2023, 5, 7)}),
    ("label_applications", "level:W09", {"level": "bronze"}),
    ("exchanges", "end_date:E03", {"end_date": date(2023, 5, 7)}),
    ("exchanges", "end_date:E04", {"end_date": date(2025, 9, 1)}),
    ("exchanges", "end_date:E15", {"end_date": date(2025, 9, 16)}),
    ("exchanges", "ho_country:E12", {"ho_country": "PL"}),
    ("exchanges", "ho_name:E13", {"ho_id": "vat:PL1"}),
    ("exchanges", "ho_name:E13", {"ho_name": "ACME ", "ho_country": "PL", "ho_id": None}),
    ("exchanges", "working_days:E06", {"working_days": -1}),
    ("exchanges", "visitors:E18", {"visitors": 0}),
    ("exchanges", "lump_sum_eur:E06", {"lump_sum_eur": Decimal(-1)}),
    ("services", "retired_date:E03", {"retired_date": date(2023, 5, 7)}),
    ("service_deliveries", "hours:E06", {"hours": Decimal(-1)}),
    ("service_deliveries", "value_eur:E06", {"value_eur": Decimal(-1)}),
    ("service_deliveries", "delivered_on:E04", {"delivered_on": date(2025, 9, 1)}),
    ("sme_investments", "amount:E06", {"amount": Decimal(-1)}),
    ("sme_investments", "currency:E18", {"currency": "zł"}),
    ("sme_investments", "staff_hours:E06", {"staff_hours": Decimal(-1)}),
    ("sme_investments", "employees_concerned:E06", {"employees_concerned": -1}),
    ("sme_investments", "grant_received_eur:E06", {"grant_received_eur": Decimal(-1)}),
    ("sme_investments", "investment_date:E04", {"investment_date": date(2022, 8, 31)}),
    ("pacts", "reference_date:E04", {"reference_date": date(2022, 8, 31)}),
    ("cooperations", "nuts:E18", {"nuts": "Mazowsze"}),
    ("cooperations", "signed_date:E04", {"signed_date": date(2022, 8, 31)}),
    ("activities", "end_date:E03", {"end_date": date(2023, 5, 7)}),
    ("activities", "quantity:E18", {"quantity": 0}),
]

WORDS = [
    pytest.param(register, name, id=f"{register}.{name}")
    for register, contract in REGISTERS.items()
    for name, column in contract.columns.items()
    if column.metadata["vocabulary"]
]
REQUIRED = [
    pytest.param(register, name, id=f"{register}.{name}")
    for register, contract in REGISTERS.items()
    for name, column in contract.columns.items()
    if column.metadata["required"]
]


def broken(register: str, **changes: Any) -> set[str]:
    """Return ``column:code`` of every rule that one row breaks."""
    rows = typed_rows(register, [GOOD[register] | changes])
    verdict = judge(rows, REGISTERS[register], CALENDAR)
    (errors,), (others,) = (verdict.broken(errors=kind).to_pylist() for kind in (True, False))
    return {*errors, *others}


@pytest.mark.parametrize("register", REGISTERS)
def test_a_good_row_breaks_no_rule(register: str) -> None:
    assert broken(register) == set()


@pytest.mark.parametrize("register", REGISTERS)
def test_a_row_with_only_what_is_required_breaks_no_rule(register: str) -> None:
    needed = {"attendance": {"person_name"}, "training_plans": {"adoption_date"},
              "label_applications": {"application_date"}}  # fmt: skip
    optional = {
        name: None
        for name, column in REGISTERS[register].columns.items()
        if not column.metadata["required"] and name not in needed.get(register, set())
    }
    assert broken(register, **optional) == set()


@pytest.mark.parametrize(("register", "rule", "changes"), BAD)
def test_a_bad_value_breaks_its_rule(register: str, rule: str, changes: dict[str, Any]) -> None:
    assert rule in broken(register, **changes)


def test_every_rule_of_every_contract_has_a_bad_value_here() -> None:
    tried = {(register, rule) for register, rule, _ in BAD}
    rules = {
        (register, f"{name}:{check.name}")
        for register, contract in REGISTERS.items()
        for name, column in contract.columns.items()
        for check in column.checks
        if check.name != "E05"  # every word list is tried below
    }
    for register, contract in REGISTERS.items():
        blamed = (str(rule.name).split(":")[::-1] for rule in contract.checks)
        rules |= {(register, ":".join(rule)) for rule in blamed}
    titles = {(register, "title:E18") for register in REGISTERS}  # one of them is tried
    assert rules - tried - titles == set()


@pytest.mark.parametrize(("register", "name"), WORDS)
def test_a_word_that_is_not_in_the_list_is_refused_and_every_code_is_allowed(
    register: str, name: str
) -> None:
    metadata = REGISTERS[register].columns[name].metadata
    is_set = metadata["kind"] == "set"
    assert f"{name}:E05" in broken(register, **{name: ("invented",) if is_set else "invented"})
    for code in VOCABULARIES[metadata["vocabulary"]]:
        assert f"{name}:E05" not in broken(register, **{name: (code,) if is_set else code})


@pytest.mark.parametrize(("register", "name"), REQUIRED)
def test_a_required_cell_that_is_empty_is_refused(register: str, name: str) -> None:
    is_list = isinstance(GOOD[register][name], tuple)
    assert f"{name}:E01" in broken(register, **{name: () if is_list else None})


def test_a_group_needs_no_name() -> None:
    assert broken("attendance", person_name=None, headcount=12) == set()


def test_first_name_and_surname_are_a_name() -> None:
    assert broken("attendance", person_name=None, first_name="filled", surname="filled") == set()


def test_a_course_may_last_longer_than_a_day() -> None:
    assert broken("attendance", session_date=None, hours=Decimal(120)) == set()
