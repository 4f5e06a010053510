"""What holds in every single night, whatever the partners deliver (kpis.md §2.7).

Belongs here: invariants that one build shows: I1, I2, I5, I6, I8, I9 and the build's own audits.
Does not belong here: comparing two builds (test_rearranging.py, test_changing.py).
"""

import pytest
from hypothesis import given

from tests.delivering import Registers
from tests.properties.compiled_models import Warehouse
from tests.properties.consortia import registers
from tests.properties.nights import NINE, counts, run, tried

pytestmark = pytest.mark.slow


@tried(7)
@given(registers())
def test_one_night_keeps_every_invariant(warehouse: Warehouse, drawn: Registers) -> None:
    run(warehouse, drawn)
    for invariant in (
        every_audit_of_the_build_passes,
        new_units_of_all_periods_are_the_cumulative_figure,
        parts_cover_the_total_and_exceed_it_only_by_shared_units,
        stricter_policies_never_count_more,
        exchanges_with_smes_are_exchanges,
        no_attendance_counts_for_cluster_staff_and_for_workers,
        every_counted_unit_has_a_place_and_every_row_one_fate,
    ):
        invariant(warehouse)


@tried(4)
@given(
    registers(
        parameters={
            "require_closing_report": False,
            "count_renewals": True,
            "allow_virtual": True,
            "attendance_implies_investment": True,
            "count_agreements": True,
            "include_job_seekers": True,
            "visitor_once": False,
            "k_4a_m1_min_hours": 7,
        }
    )
)
def test_parameters_other_than_the_defaults_keep_them_too(
    warehouse: Warehouse, drawn: Registers
) -> None:
    run(warehouse, drawn)
    every_audit_of_the_build_passes(warehouse)
    new_units_of_all_periods_are_the_cumulative_figure(warehouse)
    stricter_policies_never_count_more(warehouse)
    exchanges_with_smes_are_exchanges(warehouse)
    every_counted_unit_has_a_place_and_every_row_one_fate(warehouse)


def every_audit_of_the_build_passes(warehouse: Warehouse) -> None:
    assert warehouse.failed_audits() == []


def new_units_of_all_periods_are_the_cumulative_figure(warehouse: Warehouse) -> None:
    """I1; the portfolio D-4b is a stock and has no new units."""
    found = counts(warehouse, "kpi not like 'D-4b.%'")
    for place, count in found.items():
        if place.measure == "cumulative":
            until = ("RP1",) if place.period == "RP1" else ("RP1", "RP2")
            new = [found[place._replace(period=period, measure="new")] for period in until]
            assert sum(new) == count, place


def parts_cover_the_total_and_exceed_it_only_by_shared_units(warehouse: Warehouse) -> None:
    """I2."""
    parts = warehouse.rows(
        "select kpi, policy, sum(units), any_value(total), any_value(overlap)"
        " from kpis.kpi_breakdowns where breakdown = 'reporting_partner' group by kpi, policy"
        " having count(*) = count(units)"  # what few persons are not shown has no sum
    )
    shared = warehouse.rows(
        "select kpi, policy, unit from evidence.counted_units group by all"
        " having count(distinct reported_by) > 1"
    )
    with_shared = {row[:2] for row in shared}
    for kpi, policy, sum_of_parts, total, overlap in parts:
        assert overlap == sum_of_parts - total
        assert (overlap > 0) == ((kpi, policy) in with_shared), (kpi, policy)
        assert overlap >= 0


def stricter_policies_never_count_more(warehouse: Warehouse) -> None:
    """I5, on stocks: a unit that is verified later is new in a later period."""
    found = counts(warehouse, "policy = 'reported' and measure <> 'new'")
    everything = counts(warehouse)
    for place, reported in found.items():
        assert everything[place._replace(policy="conservative")] <= reported, place
        assert reported <= everything[place._replace(policy="potential")], place


def exchanges_with_smes_are_exchanges(warehouse: Warehouse) -> None:
    """I6."""
    found = counts(warehouse)
    shares = warehouse.rows(
        "select kpi, period, measure, policy, numerator, denominator from kpis.kpi_values"
        " where kpi = '4a.O4'"
    )
    for kpi, period, measure, policy, numerator, denominator in shares:
        exchanges = found[("4a.O3", period, measure, None)]  # type: ignore[index]
        assert numerator <= exchanges == denominator, (kpi, period, measure, policy)


def no_attendance_counts_for_cluster_staff_and_for_workers(warehouse: Warehouse) -> None:
    """I8."""
    both = warehouse.rows(
        "select row_id from evidence.counted_units where kpi = '4a.M1'"
        " intersect select row_id from evidence.counted_units where kpi = '4b.O3'"
    )
    assert both == []


def every_counted_unit_has_a_place_and_every_row_one_fate(warehouse: Warehouse) -> None:
    """I9 and G9."""
    placeless = warehouse.rows(
        "select unit from evidence.counted_units where"
        " coalesce(length(file_sha256), 0) <> 64 or sheet is null or row_number is null"
        " or cell_range is null or unit is null or period is null"
    )
    assert placeless == []
    units = warehouse.rows(
        "select kpi, policy, count(distinct unit) from evidence.counted_units group by kpi, policy"
    )
    figures = counts(warehouse, f"period = 'all' and measure = 'cumulative' and {NINE}")
    assert {(kpi, policy): count for kpi, policy, count in units} == {
        (place.kpi, place.policy): count for place, count in figures.items() if count
    }
    rows = warehouse.rows("select count(*) from intermediate.int_register_rows")
    fates = warehouse.rows(
        "select kpi, count(*), count(distinct (register, row_id)) from evidence.row_fates"
        " group by kpi"
    )
    assert [fate[1:] for fate in fates] == [rows[0] * 2] * len(fates)
    counted = warehouse.rows(
        "select kpi, unit from evidence.row_fates where fate = 'counted' group by all"
        " having count(*) > 1"
    )
    assert counted == []
