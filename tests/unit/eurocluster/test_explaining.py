"""A figure explains itself: every row, its fate in words, its place; a zero says why."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eurocluster.consortium.partners import REGISTER_NAMES
from eurocluster.consortium.project import KPI_CODES
from eurocluster.explaining import (
    KPIS_WITH_POLICIES,
    REGISTERS_OF,
    Choice,
    ExplainedRow,
    UnknownUnit,
    count_fates,
    explain,
    explain_page,
    grouped,
    why_zero,
)
from eurocluster.fate_words import REASON_WORDS, fate_words
from eurocluster.published import open_published
from eurocluster.settings import ROOT, Settings
from eurocluster.terminal.explanations import short_unit

MODELS = ROOT / "dbt_project" / "models"
SQL_WITH_REASONS = [
    *sorted((MODELS / "marts" / "kpis").glob("kpi_4*.sql")),
    *sorted((MODELS / "intermediate").glob("int_*_candidates.sql")),
    MODELS / "intermediate" / "int_exchanges.sql",
    ROOT / "dbt_project" / "macros" / "reasons_of_attendance.sql",
    ROOT / "dbt_project" / "macros" / "row_outcomes.sql",
]
SAID_BY_THE_RULE = "INVALID:"
PUT_TOGETHER = {"SME_STATUS_": {"SME_STATUS_DECLARED", "SME_STATUS_UNKNOWN"}}
RULES = {"E02": "unparsable date. Write it as 2024-03-31."}
NO_CLUSTERXCHANGE = {
    "value": None, "numerator": None, "denominator": None, "state": "not_applicable",
}  # fmt: skip


def explained(published: Settings, kpi: str = "4a.O3", **choice: str) -> list[ExplainedRow]:
    with open_published(published) as connection:
        return explain(connection, kpi, Choice(**choice))


def zero(published: Settings, kpi: str, **choice: str) -> str | None:
    with open_published(published) as connection:
        return why_zero(connection, kpi, Choice(**choice))


def reasons_of(path: Path) -> set[str]:
    """The reasons that a model can give: upper-case literals after then, else, or a comma."""
    sql = path.read_text(encoding="utf-8")
    found = re.findall(r"(?:then|else|reason,)\s+'([A-Z][A-Z_:0-9]*)'", sql)
    reasons = {reason for reason in found if not reason.startswith(SAID_BY_THE_RULE)}
    for stem, whole in PUT_TOGETHER.items():
        reasons = reasons - {stem} | (whole if stem in reasons else set())
    return reasons


@pytest.mark.parametrize("path", SQL_WITH_REASONS, ids=lambda path: path.stem)
def test_every_reason_that_a_model_can_give_has_words(path: Path) -> None:
    assert reasons_of(path) - set(REASON_WORDS) == set()


def test_no_words_are_kept_for_reasons_that_no_model_gives() -> None:
    given_by_models = set().union(*map(reasons_of, SQL_WITH_REASONS))
    assert set(REASON_WORDS) - given_by_models == set()


@pytest.mark.parametrize("words", sorted(REASON_WORDS.values()))
def test_words_are_a_sentence_that_fits_beside_a_row(words: str) -> None:
    assert re.fullmatch(r"[A-Z].{8,85}\.", words)


def test_a_status_is_explained_by_what_the_kpi_counts() -> None:
    assert fate_words("4a.O1", "excluded:STATUS", {}) == "The plan is still a draft."
    assert fate_words("4b.O1", "excluded:STATUS", {}) != fate_words("4a.O3", "excluded:STATUS", {})


def test_an_invalid_cell_is_explained_by_its_rule() -> None:
    assert fate_words("4a.O3", "excluded:INVALID:E02", RULES) == (
        "A cell that this KPI uses is wrong (E02): unparsable date. Write it as 2024-03-31."
    )


def test_every_kpi_names_the_registers_that_hold_its_units() -> None:
    assert tuple(REGISTERS_OF) == KPI_CODES
    assert set().union(*REGISTERS_OF.values()) <= set(REGISTER_NAMES)


def test_kpis_with_policies_are_those_whose_tables_have_one_row_per_policy() -> None:
    crossed = {
        path.stem[4:9].replace("_", ".").replace(".o", ".O").replace(".m", ".M")
        for path in (MODELS / "marts" / "kpis").glob("kpi_4*.sql")
        if "{{ policies() }}" in path.read_text(encoding="utf-8")
    }
    assert crossed == set(KPIS_WITH_POLICIES)


def test_counted_rows_come_first_and_rows_that_do_not_apply_not_at_all(
    published: Settings,
) -> None:
    assert [(row.exchange_id, row.fate) for row in explained(published)] == [
        ("X1", "counted"),
        ("X2", "counted"),
        ("X7", "duplicate_of"),
        ("X6", "pending:CLOSING_REPORT"),
        ("X4", "excluded:INVALID:E02"),
        ("X5", "excluded:INVALID:E02"),
        ("X3", "excluded:TOO_SHORT"),
    ]


def test_a_row_says_where_it_stands_and_a_duplicate_where_its_unit_is_counted(
    published: Settings,
) -> None:
    rows = {row.exchange_id: row for row in explained(published)}
    assert rows["X1"].place == "wymiany.xlsx Wymiany A2:W2"
    assert rows["X7"].place == "échanges.csv A2:W2"
    assert rows["X7"].duplicate_of == "wymiany.xlsx Wymiany A2:W2"
    assert rows["X7"].words == "The same unit is counted already: wymiany.xlsx Wymiany A2:W2."
    assert (rows["X3"].reason, rows["X4"].reason) == ("TOO_SHORT", "INVALID:E02")
    assert (rows["X1"].reason, rows["X1"].duplicate_of) == (None, None)
    assert (rows["X1"].period, rows["X2"].period, rows["X4"].period) == ("RP1", "RP2", None)


def test_an_invalid_row_says_which_cells_to_look_at(publish_rows, finding) -> None:
    published = publish_rows(
        findings=[
            finding("d1", "p1", "E02", row_number=5, cell="M5", column_name="start_date"),
            finding("d1", "p1", "E02", row_number=5, cell="N5", column_name="end_date"),
            finding("d1", "p1", "E05", row_number=5, cell="K5", column_name="ho_type"),
            finding("d2", "p1", "E02", row_number=6, cell="M6", column_name="start_date"),
        ]
    )
    rows = {row.exchange_id: row for row in explained(published)}
    assert rows["X4"].wrong_cells == "N5 end_date, M5 start_date"
    assert rows["X4"].words.endswith("a date that exists. Look at N5 end_date, M5 start_date.")
    assert rows["X5"].wrong_cells is None


def test_rows_without_an_id_of_their_own_and_of_other_registers_have_no_exchange_id(
    publish_rows, fate
) -> None:
    nameless = fate("X1", "counted", date(2023, 5, 10), row=2) | {"record_key": "natural:abc"}
    other = fate("A1", "counted", date(2023, 5, 10), row=3, kpi="4a.M1") | {
        "register": "attendance"
    }
    published = publish_rows(row_fates=[nameless, other])
    assert explained(published)[0].exchange_id is None
    assert explained(published, "4a.M1")[0].exchange_id is None


def test_fates_add_up_to_the_rows_and_count_units_once(published: Settings) -> None:
    rows = explained(published)
    groups = grouped(rows)
    assert [(group.fate, len(group.rows), group.units) for group in groups] == [
        ("counted", 2, 2),
        ("duplicate_of", 1, 1),
        ("pending:CLOSING_REPORT", 1, 1),
        ("excluded:INVALID:E02", 2, 2),
        ("excluded:TOO_SHORT", 1, 1),
    ]
    assert [row for group in groups for row in group.rows] == rows


def test_rows_can_be_narrowed_by_period_and_by_partner(published: Settings) -> None:
    assert [row.exchange_id for row in explained(published, period="RP2")] == ["X2", "X6"]
    assert [row.exchange_id for row in explained(published, partner="p2")] == ["X7"]
    assert explained(published, period="RP2", partner="p2") == []


@pytest.mark.parametrize("limit", [1, 2, 5_000])
@pytest.mark.parametrize("partner", [None, "p1"])
@pytest.mark.parametrize("period", ["all", "RP1"])
@pytest.mark.parametrize(("kpi", "policy"), [("4a.O3", None), ("4a.O4", "conservative")])
def test_pages_of_a_fate_are_its_rows_however_long_a_page_is(
    published: Settings, kpi: str, policy: str | None, period: str, partner: str | None, limit: int
) -> None:
    choice = Choice(period, policy, partner)
    with open_published(published) as connection:
        every_row = explain(connection, kpi, choice)
        counts = count_fates(connection, kpi, choice)
        assert [found.fate for found in counts] == list(dict.fromkeys(r.fate for r in every_row))
        for found in counts:
            chosen = replace(choice, fate=found.fate)
            pages = [
                explain_page(connection, kpi, chosen, limit, offset)
                for offset in range(0, found.rows + limit, limit)
            ]
            assert pages[-1] == []
            told = [row for page in pages for row in page]
            assert sorted(told, key=repr) == sorted(
                (row for row in every_row if row.fate == found.fate), key=repr
            )


def test_another_policy_gives_other_fates_at_the_same_places(published: Settings) -> None:
    reported = explained(published, "4a.O4")
    conservative = explained(published, "4a.O4", policy="conservative")
    assert [row.fate for row in reported] == ["counted", "counted"]
    assert [row.fate for row in conservative] == ["counted", "excluded:SME_STATUS_DECLARED"]
    assert [row.place for row in conservative] == [row.place for row in reported]
    assert explained(published, "4a.O4", policy="reported") == reported


def test_a_unit_is_found_by_the_beginning_of_its_key(published: Settings) -> None:
    assert [row.exchange_id for row in explained(published, unit="id:X1")] == ["X1", "X7"]
    with pytest.raises(UnknownUnit, match="no unit that begins with 'id:Y'"):
        explained(published, unit="id:Y")
    with pytest.raises(UnknownUnit, match=r"6 units .* begin with 'id:': id:X1, id:X2"):
        explained(published, unit="id:")


@given(unit=st.text(min_size=1, max_size=60))
def test_a_shortened_unit_is_still_the_beginning_of_it(unit: str) -> None:
    assert unit.startswith(short_unit(unit).removesuffix("…"))
    assert len(short_unit(unit)) <= 24


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_the_order_of_stored_rows_changes_nothing(
    data: st.DataObject, publish_rows, small_rows, published: Settings
) -> None:
    shuffled = data.draw(st.permutations(small_rows["row_fates"]))
    assert explained(publish_rows(row_fates=shuffled)) == explained(published)


def test_a_figure_above_zero_needs_no_reason(published: Settings) -> None:
    assert zero(published, "4a.O3") is None


def test_a_kpi_that_does_not_apply_says_so(publish_rows, grid) -> None:
    published = publish_rows(kpi_values=grid(**{"4a_O3": NO_CLUSTERXCHANGE}))
    assert zero(published, "4a.O3") == (
        "The project does not run clusterXchange, so the KPI does not apply."
    )


def test_a_zero_without_rows_says_what_was_not_delivered(publish_rows, grid) -> None:
    published = publish_rows(kpi_values=grid(**{"4b_O1": {"value": 0.0}, "4a_O1": {"value": 0.0}}))
    assert (
        zero(published, "4b.O1") == "No row of pacts has been delivered: p2 pacts missing (Looked)."
    )
    assert zero(published, "4a.O1") == "No partner keeps the register training_plans."


def test_a_zero_with_rows_says_the_reason_that_most_of_them_have(
    publish_rows, grid, small_rows
) -> None:
    excluded = [row for row in small_rows["row_fates"] if row["fate"].startswith("excluded")]
    published = publish_rows(kpi_values=grid(**{"4a_O3": {"value": 0.0}}), row_fates=excluded)
    assert zero(published, "4a.O3") == (
        "No row of 3 counts; most often (2): A cell that this KPI uses is wrong (E02): unparsable"
        " date. This is not a date that exists."
    )


def test_a_zero_in_one_period_says_when_the_others_count(publish_rows, grid, fate) -> None:
    values = [
        row | ({"value": 0.0} if row["period"] == "RP2" and row["kpi"] == "4a.O3" else {})
        for row in grid()
    ]
    counted = [fate("X1", "counted", date(2023, 5, 10), row=2)]
    published = publish_rows(kpi_values=values, row_fates=counted)
    assert zero(published, "4a.O3", period="RP2") == (
        "Nothing is first counted in RP2: what counts does so from 2023-05-10 to 2023-05-10."
    )


def test_a_share_of_nothing_is_explained_by_the_rows_of_its_numerator(
    publish_rows, grid, fate
) -> None:
    share = {"value": None, "numerator": 0, "denominator": 0, "state": "not_applicable"}
    late = [fate("X1", "excluded:TOO_SHORT", date(2023, 5, 10), row=2, kpi="4a.O4")]
    published = publish_rows(kpi_values=grid(**{"4a_O4": share}), row_fates=late)
    reason = zero(published, "4a.O4")
    assert reason == f"No row of 1 counts; most often (1): {REASON_WORDS['TOO_SHORT']}"
