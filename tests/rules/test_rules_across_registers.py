"""Every rule that only shows across registers: a consortium that breaks it, a twin that does not.

Belongs here: rows of several registers and partners, through one build of the warehouse.
Does not belong here: rules of one file (test_rules_of_a_file.py).
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.delivering import Registers, RowValues
from tests.properties.compiled_models import Warehouse
from tests.properties.nights import run
from tests.properties.pool import consortium
from tests.rules.catalogue import ACROSS

DAY = date(2023, 3, 14)
Sheets = Mapping[tuple[str, str], tuple[RowValues, ...]]

TRAINING: dict[str, Any] = {
    "training_id": "T1", "title": "Course", "objective": "4b", "audience": ("sme_workers",),
    "start_date": DAY, "end_date": DAY, "planned_hours": Decimal(6), "lead_partner": "p1",
    "co_partners": ("p2",), "status": "delivered",
}  # fmt: skip
ATTENDED: dict[str, Any] = {
    "record_id": "A1", "training_id": "T1", "session_date": DAY, "person_name": "filled",
    "name_key": "11111111-1111-1111-1111-111111111111", "employer_name": "Alfa",
    "employer_country": "PL", "person_category": "worker", "role": "participant",
    "attended": "yes", "hours": Decimal(6), "completed": True, "evidence_ref": "list.pdf",
}  # fmt: skip
ALFA: dict[str, Any] = {
    "record_id": "O1", "legal_name": "Alfa", "country": "PL", "vat_no": "PL7680002466",
    "org_type": "business", "sme_declared": "sme", "sme_evidence": "self_declaration",
}  # fmt: skip
EXCHANGE: dict[str, Any] = {
    "exchange_id": "X1", "vo_name": "Alfa", "vo_country": "PL", "vo_id": "vat:PL7680002466",
    "vo_type": "sme", "ho_name": "Beta", "ho_country": "BE", "ho_type": "cluster",
    "vo_partnership": "invented", "mode": "physical", "start_date": date(2023, 5, 8),
    "end_date": date(2023, 5, 10), "working_days": 3, "status": "completed",
    "validated_date": date(2023, 6, 1), "evidence_ref": "report.pdf",
}  # fmt: skip
LATER = {"exchange_id": "X2", "start_date": date(2023, 6, 5), "end_date": date(2023, 6, 7)}


def night(
    *attended: RowValues,
    trainings: tuple[RowValues, ...] = (TRAINING,),
    organisations: tuple[RowValues, ...] = (ALFA,),
    exchanges: tuple[RowValues, ...] = (EXCHANGE,),
    **others: tuple[RowValues, ...],
) -> Sheets:
    """Return what p1 delivers, and p2's registers where they are named ``p2_…``."""
    own = {"attendance": attended or (ATTENDED,), "trainings": trainings,
           "organisations": organisations, "exchanges": exchanges}  # fmt: skip
    of_p2 = {("p2", name.removeprefix("p2_")): rows for name, rows in others.items()}
    return {**{("p1", name): rows for name, rows in own.items()}, **of_p2}


BAD: dict[str, tuple[tuple[str, str | None], Callable[[], Sheets]]] = {
    "E07": (("attendance", "training_id"), lambda: night(ATTENDED | {"training_id": "T9"})),
    "E10": (
        ("attendance", "hours"),
        lambda: night(ATTENDED | {"hours": Decimal(0), "completed": False}),
    ),
    "W04": (("attendance", "hours"), lambda: night(ATTENDED | {"hours": Decimal("6.7")})),
    "W05": (
        ("exchanges", "working_days"),
        lambda: night(exchanges=(EXCHANGE | {"working_days": 5},)),
    ),
    "W08": (
        ("organisations", None),
        lambda: night(
            organisations=(
                ALFA,
                {**ALFA, "record_id": "O2", "vat_no": "PL5260250274"},
                {**ALFA, "record_id": "O3", "vat_no": None},
            )
        ),
    ),
    "W17": (
        ("organisations", "sme_declared"),
        lambda: night(organisations=(ALFA | {"sme_declared": "unknown"},)),
    ),
    "W18": (("attendance", "evidence_ref"), lambda: night(ATTENDED | {"evidence_ref": None})),
    "W19": (("exchanges", "vo_name"), lambda: night(exchanges=(EXCHANGE, EXCHANGE | LATER))),
    "W21": (
        ("trainings", "training_id"),
        lambda: night(p2_trainings=(TRAINING | {"status": "cancelled"},)),
    ),
    "W22": (
        ("organisations", None),
        lambda: night(
            organisations=(ALFA, {**ALFA, "record_id": "O2", "legal_name": "Zupełnie Inna"})
        ),
    ),
}
"""Rule → register and column that are blamed, what breaks it."""

TWINS: dict[str, Callable[[], Sheets]] = {
    "E10": lambda: night(ATTENDED | {"hours": None, "completed": None}),
    "W04": lambda: night(ATTENDED | {"hours": Decimal("6.6")}),
    "W08": lambda: night(organisations=(ALFA, {**ALFA, "record_id": "O2", "vat_no": None})),
    "W18": lambda: night(ATTENDED | {"evidence_ref": None, "role": "trainer"}),
    "W19": lambda: night(exchanges=(EXCHANGE, EXCHANGE | LATER | {"mode": "virtual"})),
    "W21": lambda: night(p2_trainings=(TRAINING,)),
    "W22": lambda: night(
        organisations=(ALFA, {**ALFA, "record_id": "O2", "legal_name": "ALFA Sp. z o.o."})
    ),
}
"""Rule → what looks similar and breaks nothing."""

pytestmark = pytest.mark.slow


def found(warehouse: Warehouse, sheets: Sheets) -> set[tuple[Any, ...]]:
    """Return code, register and column of what is found across registers."""
    run(warehouse, Registers(consortium(), {place: (rows,) for place, rows in sheets.items()}))
    return set(
        warehouse.rows("select code, register, column_name from intermediate.int_crossing_findings")
    )


@pytest.mark.parametrize("code", BAD)
def test_what_breaks_a_rule_across_registers_is_found(warehouse: Warehouse, code: str) -> None:
    place, breaks = BAD[code]
    assert (code, *place) in found(warehouse, breaks())


@pytest.mark.parametrize("code", TWINS)
def test_what_looks_similar_is_not_found(warehouse: Warehouse, code: str) -> None:
    assert code not in {one for one, *_ in found(warehouse, TWINS[code]())}


def test_a_good_night_breaks_none_of_them(warehouse: Warehouse) -> None:
    assert found(warehouse, night()) == set()


def test_every_rule_across_registers_is_broken_here() -> None:
    assert set(BAD) == set(ACROSS)
