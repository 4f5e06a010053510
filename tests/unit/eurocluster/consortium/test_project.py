"""Months, periods, and clear words for wrong declarations."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from eurocluster.consortium.declarations import DeclarationError, load_consortium
from eurocluster.consortium.project import Project, month_bounds


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "month", "first", "last"),
    [
        ("2022-09-01", 18, "2024-02-01", "2024-02-29"),
        ("2023-01-15", 18, "2024-06-15", "2024-07-14"),
        ("2022-08-31", 1, "2022-08-31", "2022-09-29"),
        ("2022-08-31", 2, "2022-09-30", "2022-10-30"),
        ("2020-10-01", 10, "2021-07-01", "2021-07-31"),
    ],
)
def test_a_project_month_runs_as_the_specification_says(
    start: str, month: int, first: str, last: str
) -> None:
    assert month_bounds(day(start), month) == (day(first), day(last))


@pytest.mark.parametrize("start", ["2022-01-31", "2022-08-30", "2023-12-29", "2024-02-29"])
def test_months_follow_one_another_without_gap_or_overlap(start: str) -> None:
    bounds = [month_bounds(day(start), month) for month in range(1, 49)]
    for (_, last), (first, _) in pairwise(bounds):
        assert (first - last).days == 1


def project(**changes: object) -> Project:
    return Project.model_validate(
        {
            "version": 1, "code": "x", "name": "X", "start": "2022-09-01", "months": 36,
            "periods": {"RP1": "M1-M18", "RP2": "M19-M36"}, "runs_clusterxchange": True,
            **changes,
        }
    )  # fmt: skip


def test_both_bounds_of_a_period_belong_to_it() -> None:
    first, second = project().reporting_periods
    assert (first.first_day, first.last_day) == (day("2022-09-01"), day("2024-02-29"))
    assert (second.first_day, second.last_day) == (day("2024-03-01"), day("2025-08-31"))


@pytest.mark.parametrize(
    "periods",
    [
        {"RP1": "M1-M18"},
        {"RP1": "M1-M18", "RP2": "M20-M36"},
        {"RP1": "M1-M18", "RP2": "M18-M36"},
        {"RP1": "M1-M37"},
        {"RP1": "1-18"},
        {"all": "M1-M36"},
    ],
)
def test_periods_that_do_not_cover_the_project_exactly_are_refused(periods: object) -> None:
    with pytest.raises(ValueError, match=r"period|RP|months|all"):
        project(periods=periods)


@pytest.mark.parametrize(
    ("today", "month"),
    [("2022-08-31", 0), ("2022-09-01", 1), ("2024-10-15", 26), ("2030-01-01", 36)],
)
def test_elapsed_months_stop_at_the_projects_ends(today: str, month: int) -> None:
    assert project().months_elapsed(day(today)) == month


def test_every_mistake_is_a_line_with_file_line_and_expectation(
    make_consortium: Callable[..., Path],
) -> None:
    home = make_consortium({"p1": {}})
    (home / "project.yml").write_text(
        "version: 1\ncode: x\nname: X\nstart: 2022-13-01\nmonths: 36\n"
        "periods: {RP1: M1-M36}\nruns_clusterxchange: maybe\ntargtes: []\n"
    )
    (home / "partners" / "p1.yml").write_text(
        "version: 1\npartner: p1\nname: X\ncountry: EL\nlanguage: el\nregisters:\n"
        "  - name: attendence\n    source: {kind: folder, path: ../x, files: {include: [a]}}\n"
    )
    (home / "partners" / "p2.yml").write_text("version: 1\nversion: 1\n")
    with pytest.raises(DeclarationError) as caught:
        load_consortium(home)
    lines = str(caught.value).splitlines()
    places = [line.split(": ")[0].rpartition("/")[2] + ": " + line.split(": ")[1] for line in lines]
    assert places == [
        "project.yml, line 4: start",
        "project.yml, line 7: runs_clusterxchange",
        "project.yml, line 8: targtes",
        "p1.yml, line 4: country",
        "p1.yml, line 7: registers.0.name",
        "p1.yml, line 8: registers.0.source.path",
        "p2.yml, line 2: the key 'version' stands twice",
    ]


def test_a_partner_of_norway_has_the_country_no(make_consortium: Callable[..., Path]) -> None:
    home = make_consortium({"p1": {}})
    path = home / "partners" / "p1.yml"
    path.write_text(path.read_text().replace("country: PL", "country: NO"))
    assert load_consortium(home).partners[0].country == "NO"
