"""What the contracts promise of themselves: every column judged or excused, persons marked.

Belongs here: the shape of all contracts together, the rule catalogue, the word codes.
Does not belong here: single rules on single rows (test_rules.py).
"""

import pyarrow
import pytest

from schemas import REGISTERS
from schemas._columns import JUDGED_ELSEWHERE, LIST_KINDS, PERSONAL_KINDS, arrow_type
from schemas.reasons import RULES, is_error
from schemas.store import PERSON_KEYS, PROVENANCE, store_schema
from schemas.vocabulary import VOCABULARIES

COLUMNS = [
    pytest.param(register, name, id=f"{register}.{name}")
    for register, contract in REGISTERS.items()
    for name in contract.columns
]


def test_the_twelve_registers_stand_in_the_order_of_the_specification() -> None:
    assert list(REGISTERS) == [
        "organisations", "trainings", "attendance", "training_plans", "label_applications",
        "exchanges", "services", "service_deliveries", "sme_investments", "pacts", "cooperations",
        "activities",
    ]  # fmt: skip


@pytest.mark.parametrize(("register", "name"), COLUMNS)
def test_a_column_has_a_check_or_its_kind_says_who_judges_it(register: str, name: str) -> None:
    column = REGISTERS[register].columns[name]
    assert column.checks or JUDGED_ELSEWHERE[column.metadata["kind"]]
    assert column.description
    assert column.metadata["required"] is not column.nullable


@pytest.mark.parametrize(("register", "name"), COLUMNS)
def test_every_check_of_a_column_is_a_rule_of_the_catalogue(register: str, name: str) -> None:
    for check in REGISTERS[register].columns[name].checks:
        assert check.name in RULES


@pytest.mark.parametrize("register", REGISTERS)
def test_every_rule_of_a_row_names_its_code_and_the_column_it_blames(register: str) -> None:
    contract = REGISTERS[register]
    for rule in contract.checks:
        code, blamed = str(rule.name).split(":")
        assert code in RULES
        assert blamed in contract.columns


@pytest.mark.parametrize("register", REGISTERS)
def test_keys_dates_and_references_name_columns_that_exist(register: str) -> None:
    contract = REGISTERS[register]
    stored = store_schema(contract).names
    assert contract.metadata["key"] in contract.columns
    assert set(contract.metadata["natural_key"]) <= set(stored)
    assert contract.metadata["counting_date"] in {None, *contract.columns}
    for column in contract.columns.values():
        assert column.metadata["reference"] in {None, *REGISTERS}


def test_exactly_the_columns_that_hold_persons_are_personal() -> None:
    personal = {
        (register, name)
        for register, contract in REGISTERS.items()
        for name, column in contract.columns.items()
        if column.metadata["personal"]
    }
    assert personal == {
        ("attendance", "person_name"), ("attendance", "first_name"), ("attendance", "surname"),
        ("attendance", "email"),
    }  # fmt: skip
    assert {REGISTERS[r].columns[n].metadata["kind"] for r, n in personal} == PERSONAL_KINDS


def test_the_store_keeps_keys_where_persons_stood() -> None:
    kept = store_schema(REGISTERS["attendance"]).names
    assert set(PERSON_KEYS) <= set(kept)
    assert not {"person_name", "first_name", "surname", "email"} & set(kept)


@pytest.mark.parametrize("register", REGISTERS)
def test_no_column_of_a_register_hides_where_its_row_came_from(register: str) -> None:
    assert not set(PROVENANCE) & set(REGISTERS[register].columns)


def test_required_columns_are_those_that_the_specification_stars() -> None:
    starred = {
        register: {n for n, column in contract.columns.items() if column.metadata["required"]}
        for register, contract in REGISTERS.items()
    }
    assert starred == {
        "organisations": {"record_id", "legal_name", "country", "org_type"},
        "trainings": {"training_id", "title", "objective", "audience", "start_date", "end_date",
                      "lead_partner", "status"},
        "attendance": {"training_id", "employer_name", "employer_country", "person_category",
                       "attended"},
        "training_plans": {"plan_id", "title", "beneficiary_orgs", "supporting_partner",
                           "support_type", "status"},
        "label_applications": {"application_id", "cluster_org", "scheme", "level",
                               "application_type", "status"},
        "exchanges": {"exchange_id", "vo_name", "vo_country", "vo_type", "ho_name", "ho_country",
                      "ho_type", "vo_partnership", "mode", "start_date", "end_date", "status"},
        "services": {"service_id", "title", "category", "objective", "providers", "target_group",
                     "status"},
        "service_deliveries": {"delivery_id", "service_id", "recipient", "partner",
                               "delivered_on", "status", "directness"},
        "sme_investments": {"investment_id", "sme", "investment_date", "kind", "project_link"},
        "pacts": {"pact_id", "title", "pact_type", "status", "cluster_reference",
                  "reporting_partner"},
        "cooperations": {"cooperation_id", "partner", "institution", "institution_type", "kind",
                         "status"},
        "activities": {"activity_id", "action_code", "title", "partners", "start_date", "status"},
    }  # fmt: skip


def test_the_rule_catalogue_is_complete_and_every_rule_has_words() -> None:
    expected = [
        *(f"E{number:02}" for number in range(1, 20)),
        *(f"F{number:02}" for number in range(1, 7)),
        *(f"W{number:02}" for number in range(1, 26)),
        *(f"I{number:02}" for number in range(1, 7)),
    ]
    assert list(RULES) == expected
    for code, rule in RULES.items():
        assert rule.code == code
        assert rule.severity == {"E": "ERROR", "F": "ERROR", "W": "WARN", "I": "INFO"}[code[0]]
        assert rule.title
        assert rule.sentence.endswith(".")
        assert rule.mend.endswith((".", "?")) or (not rule.mend and code[0] in "IF")
        assert is_error(code) == (code[0] in "EF")


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_a_vocabulary_has_each_code_once(vocabulary: str) -> None:
    codes = VOCABULARIES[vocabulary]
    assert len(codes) == len(set(codes)) > 1


def test_every_vocabulary_is_used_and_every_used_one_exists() -> None:
    used = {
        column.metadata["vocabulary"]
        for contract in REGISTERS.values()
        for column in contract.columns.values()
    }
    assert used - {None} == set(VOCABULARIES)


@pytest.mark.parametrize("kind", sorted(LIST_KINDS))
def test_lists_are_kept_as_lists_of_text(kind: str) -> None:
    assert arrow_type(kind) == pyarrow.list_(pyarrow.string())
