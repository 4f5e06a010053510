"""Declarations as the warehouse sees them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from eurocluster.consortium.declarations import load_consortium
from eurocluster.warehouse import declaration_tables

DAY = date(2024, 10, 15)


def declared(make_consortium: Callable[..., Path], table: str, **project: Any) -> list[Any]:
    consortium = load_consortium(make_consortium({"p1": {}}, **project))
    rows: list[Any] = declaration_tables(consortium, DAY)[table].to_pylist()
    return rows


def test_the_calls_own_targets_hold_where_none_is_declared(
    make_consortium: Callable[..., Path],
) -> None:
    targets = declared(make_consortium, "targets", targets=[])
    assert {row["kpi"]: (row["target"], row["source"]) for row in targets} == {
        "4a.O3": (50, "call"),
        "4a.O4": (50, "call"),
    }


def test_a_declared_target_goes_before_the_calls(make_consortium: Callable[..., Path]) -> None:
    own = {"kpi": "4a.O3", "target": 60, "due": "M30"}
    targets = {row["kpi"]: row for row in declared(make_consortium, "targets", targets=[own])}
    assert (targets["4a.O3"]["target"], targets["4a.O3"]["due_day"]) == (60, date(2025, 2, 28))


def test_the_project_knows_its_month_on_the_reporting_date(
    make_consortium: Callable[..., Path],
) -> None:
    (project,) = declared(make_consortium, "project")
    assert (project["months_elapsed"], project["last_day"]) == (26, date(2025, 8, 31))


def test_a_fixed_denominator_is_a_number_and_the_default_none(
    make_consortium: Callable[..., Path],
) -> None:
    (actual,) = declared(make_consortium, "parameters")
    (fixed,) = declared(make_consortium, "parameters", parameters={"o4_denominator": 50})
    assert (actual["o4_denominator"], fixed["o4_denominator"]) == (None, 50)
