"""A change of the rows moves the figures by what it says, and by no more.

Belongs here: invariants I10, I11 and I13.
Does not belong here: changes that say nothing new (test_rearranging.py).
"""

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.delivering import Registers, deliver_register
from tests.properties.compiled_models import Warehouse
from tests.properties.consortia import registers
from tests.properties.nights import NINE, a_night, counts, everything_shown, tried
from tests.properties.pool import PARTNERS

pytestmark = pytest.mark.slow

VERIFIED_SME = {"sme_declared": "sme", "sme_evidence": "accounts", "headcount_awu": Decimal(20),
                "turnover_eur": Decimal(2_500_000)}  # fmt: skip
UNSAID = dict.fromkeys(
    ("sme_valid_from", "headcount_awu", "turnover_eur", "sme_evidence", "sme_declared")
)
LARGE = {"sme_declared": "not_sme", "sme_evidence": "accounts", "headcount_awu": Decimal(900)}


@tried(4)
@given(registers(), st.randoms(use_true_random=True), st.sampled_from([VERIFIED_SME, LARGE]))
def test_flipping_one_organisation_moves_sme_figures_by_its_own_units_only(
    warehouse: Warehouse, drawn: Registers, random: Random, facts: dict[str, Any]
) -> None:
    with a_night(warehouse, drawn) as (store, build):
        before = counts(warehouse, "measure = 'cumulative'")
        described = warehouse.rows(
            "select members.org_key, organisations.reported_by, organisations.row_number"
            " from intermediate.int_organisation_members as members"
            " inner join staging.stg_organisations as organisations using (row_id)"
        )
        named = warehouse.rows(
            "select org_key from intermediate.int_organisation_members"
            " where register in ('sme_investments', 'service_deliveries')"
        )
        candidates = [row[0] for row in named if row[0] in {found[0] for found in described}]
        assume(candidates)
        org_key = random.choice(candidates)
        visits = exchanges_of(warehouse, org_key, "vo")
        stays = exchanges_of(warehouse, org_key, "ho")

        places = {row[1:] for row in described if row[0] == org_key}
        for partner in sorted({partner for partner, _ in places}):
            (rows,) = drawn.sheets[(partner, "organisations")]
            flipped = [
                {**row, **UNSAID, **facts} if (partner, number) in places else row
                for number, row in enumerate(rows, start=2)
            ]
            deliver_register(drawn.consortium, store, partner, "organisations", [flipped])
        warehouse.build(store.root, build)
        after = counts(warehouse, "measure = 'cumulative'")

    bounds = {"4b.M1": 1, "4b.O2.sme": 1, "4b.O2.not_sme": 1, "4b.O2.unknown": 1,
              "4a.O3": len(visits), "4a.O4": len(visits | stays)}  # fmt: skip
    for place, count in after.items():
        if place.kpi in bounds:
            assert abs(count - before[place]) <= bounds[place.kpi], place
        elif place.kpi in {"4a.M1", "4a.O1", "4a.O2", "4b.O1", "4b.O2", "4b.O3"}:
            assert count == before[place], place


def exchanges_of(warehouse: Warehouse, org_key: str, side: str) -> set[str]:
    found = warehouse.rows(
        f"select exchange from intermediate.int_exchanges where {side}_key = '{org_key}'"
    )
    return {row[0] for row in found}


@tried(5)
@given(registers(plain=True), st.sampled_from(PARTNERS))
def test_dropping_the_events_of_one_partner_never_raises_a_count(
    warehouse: Warehouse, drawn: Registers, dropped: str
) -> None:
    with a_night(warehouse, drawn) as (store, build):
        disputes = warehouse.rows("select 1 from quality.findings where code in ('W21', 'E08')")
        assume(not disputes)
        used_visits = warehouse.rows("select 1 from quality.findings where code = 'W19'")
        before = counts(warehouse, f"measure = 'cumulative' and {NINE}")
        for partner, register in drawn.sheets:
            if partner == dropped and register != "organisations":
                deliver_register(drawn.consortium, store, partner, register, [()])
        warehouse.build(store.root, build)
        after = counts(warehouse, f"measure = 'cumulative' and {NINE}")

    for place, count in after.items():
        # A visitor's next visit may involve an SME where its first, now gone, did not.
        if not (place.kpi == "4a.O4" and used_visits):
            assert count <= before[place], place


@tried(3)
@given(registers(), st.randoms(use_true_random=True))
def test_removing_and_restoring_a_row_restores_every_figure_and_keeps_both_events(
    warehouse: Warehouse, drawn: Registers, random: Random
) -> None:
    places = sorted(place for place, (rows,) in drawn.sheets.items() if len(rows) > 1)
    partner, register = random.choice(places)
    (rows,) = drawn.sheets[(partner, register)]
    position = random.randrange(len(rows))
    fewer = rows[:position] + rows[position + 1 :]
    with a_night(warehouse, drawn) as (store, build):
        before = everything_shown(warehouse)

        deliver_register(drawn.consortium, store, partner, register, [fewer])
        warehouse.build(store.root, build)
        gone = store.in_force(partner, register).rows_withdrawn
        fates = warehouse.rows(
            "select distinct fate from evidence.row_fates inner join intermediate.int_register_rows"
            " using (register, row_id) where is_withdrawn and fate <> 'not_applicable'"
        )
        assert fates in ([], [("excluded:WITHDRAWN",)])
        withdrawn = warehouse.rows(
            "select count(*) from intermediate.int_register_rows where is_withdrawn"
        )
        assert withdrawn == [(gone,)]

        deliver_register(drawn.consortium, store, partner, register, [rows])
        warehouse.build(store.root, build)
        assert everything_shown(warehouse) == before
        history = store.history(partner, register)
        assert [record.rows_withdrawn for record in history] == [0, gone, 0]
        assert [record.rows_read for record in history] == [len(rows), len(fewer), len(rows)]
