"""Whatever stewards decide, figures stay sound: every audit passes and nothing is silent (G14).

Belongs here: decisions on generated consortia.
Does not belong here: single effects (dbt's unit tests), nights (tests/nightly/test_stewardship.py).
"""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.stewardship.decisions import Decisions, Ruling
from eurocluster.warehouse import NO_DECISIONS
from tests.delivering import Registers
from tests.properties.compiled_models import Row, Warehouse
from tests.properties.consortia import registers
from tests.properties.nights import a_night, tried

pytestmark = pytest.mark.slow

COUNTED = "select kpi, policy, unit from evidence.counted_units where kpi <> '4a.O4' group by all"
LEFT_OUT = (
    "select kpi, concat_ws(' ', 'row', reported_by, register, record_key)"
    " from evidence.row_fates where kpi <> '4a.O4'"
    " and (fate like 'excluded:%' or fate like 'pending:%')"
)
QUESTIONS = (
    "select decides, subject, parts, answers, question_id, sentence from stewardship.questions"
)


@tried(3)
@given(registers(), st.randoms(use_true_random=False))
def test_decisions_leave_every_audit_good_and_are_counted(
    warehouse: Warehouse, drawn: Registers, chance: Random
) -> None:
    with a_night(warehouse, drawn) as (store, build):
        counted = warehouse.rows(COUNTED)
        excluded = some(chance, sorted({(row[0], row[2]) for row in counted}))
        included = some(chance, warehouse.rows(LEFT_OUT))
        answered = some(chance, warehouse.rows(QUESTIONS))
        decide(build, excluded, included, [])
        warehouse.build(store.root, build)
        assert warehouse.failed_audits() == []
        what_is_told_is_what_has_changed(warehouse, counted, excluded)
        decide(build, [], [], [row for row in answered if row[2]])
        warehouse.build(store.root, build)
        assert warehouse.failed_audits() == []


def some(chance: Random, rows: list[Row]) -> list[Row]:
    """Return a few of the rows."""
    return chance.sample(rows, min(3, len(rows)))


def decide(build: Path, excluded: list[Row], included: list[Row], answered: list[Row]) -> None:
    """Append decisions to the register that the next build reads."""
    decisions = Decisions(build / NO_DECISIONS)
    for answer, named in (("exclude", excluded), ("include", included)):
        for kpi, reference in named:
            parts = (kpi, reference)
            decisions.add(Ruling("kpi", " ".join(parts), parts, answer, "property", "Testa"))
    for decides, subject, parts, answers, question_id, sentence in answered:
        decisions.add(
            Ruling(
                decides, subject, tuple(parts), answers[0], "property", "Testa",
                question_id=question_id, question=sentence,
            )
        )  # fmt: skip


def what_is_told_is_what_has_changed(
    warehouse: Warehouse, counted: list[Row], excluded: list[Row]
) -> None:
    """Per KPI and policy the told units are those that count now and did not, and the reverse."""
    before, now = set(counted), set(warehouse.rows(COUNTED))
    told = {
        (row[0], row[1]): row[2:]
        for row in warehouse.rows(
            "select kpi, policy, included, excluded from stewardship.manual_decisions"
            " where kpi <> '4a.O4'"
        )
    }
    for place in {row[:2] for row in before ^ now} | set(told):
        gained = {row[2] for row in now - before if row[:2] == place}
        lost = {row[2] for row in before - now if row[:2] == place}
        assert told.get(place, (0, 0)) == (len(gained), len(lost)), place
        assert lost <= {unit for kpi, unit in excluded if kpi == place[0]}
