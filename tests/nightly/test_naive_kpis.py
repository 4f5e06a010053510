"""The naive computation on the facts of three worked examples, and on doubtful readings.

Belongs here: that the yardstick of test_example_consortium.py is straight.
Does not belong here: the product.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from nightly.naive_kpis import Naive, expected_scoreboard, naive_example

from examples.generator.rows import Row

VERIFIED = {"headcount_awu": 20, "turnover_eur": 2e6, "balance_sheet_eur": 1e6,
            "sme_evidence": "accounts", "sme_declared": "sme"}  # fmt: skip
DECLARED = {"sme_declared": "sme", "sme_evidence": "self_declaration"}
ORGANISATIONS: dict[str, dict[str, Any]] = {
    "pl-P1": {"org_type": "cluster_organisation"},
    "be-P2": {"org_type": "cluster_organisation"},
    "gr-P3": {"org_type": "cluster_organisation"},
    "A": DECLARED, "E": DECLARED, "F": DECLARED, "G": DECLARED,
    "B": VERIFIED, "C": VERIFIED, "L": {"headcount_awu": 600}, "U": {}, "Dx": {},
    "RI": {"org_type": "research"},
}  # fmt: skip
FIGURES = ("headcount_awu", "turnover_eur", "balance_sheet_eur", "sme_evidence", "sme_declared")


def organisation_rows() -> Iterable[Any]:
    for key, known in ORGANISATIONS.items():
        values = {"org_type": "business", **dict.fromkeys(FIGURES), **known}
        yield Row(key, "pl", "organisations", values, {"organisation": (key,)})


def figure(rows: Iterable[Any], kpi: str, period: str, measure: str, policy: str | None) -> Any:
    computed = Naive([*organisation_rows(), *rows], {"anna": ("Anna", "Nowak"),
                           "dimitris": ("Dimitris", "Pappas"), "bart": ("Bart", "Peeters"),
                           "chloe": ("Chloé", "Martin"), "ewa": ("Ewa", "Lis")})  # fmt: skip
    (found,) = [
        line
        for line in computed.scoreboard()
        if (line["kpi"], line["period"], line["measure"], line["policy"])
        == (kpi, period, measure, policy)
    ]
    return found["value"]


def stay(number: str, visitor: str, host: str, countries: str, days: str, **other: Any) -> Any:
    first, last = (date.fromisoformat(day) for day in days.split())
    values = {
        "exchange_id": number, "vo_partnership": "example", "status": "completed",
        "mode": "physical", "vo_country": countries.split()[0], "ho_country": countries.split()[1],
        "vo_type": "sme", "ho_type": "sme", "vo_is_sme": "unknown", "ho_is_sme": "unknown",
        "working_days": None, "start_date": first, "end_date": last,
        "validated_date": date(2025, 1, 1), **other,
    }  # fmt: skip
    return Row(f"{number} {other}", "pl", "exchanges", values, {"vo": (visitor,), "ho": (host,)})


STAYS = (
    stay("X1", "A", "be-P2", "PL BE", "2023-05-08 2023-05-10"),
    stay("X2", "pl-P1", "B", "PL BE", "2023-06-05 2023-06-09"),
    stay("X3", "C", "B", "GR BE", "2024-02-26 2024-03-01"),
    stay("X4", "gr-P3", "RI", "GR BE", "2023-09-04 2023-09-08"),
    stay("X5", "Dx", "pl-P1", "BE PL", "2023-10-02 2023-10-04"),
    stay("X6", "E", "be-P2", "PL BE", "2023-10-02 2023-10-06", status="cancelled"),
    stay("X7", "E", "gr-P3", "PL GR", "2023-11-09 2023-11-10"),
    stay("X8", "A", "be-P2", "PL BE", "2023-05-08 2023-05-10", validated_date=None),
    stay("X9", "A", "gr-P3", "PL GR", "2024-06-03 2024-06-07"),
    stay("X10", "E", "pl-P1", "PL PL", "2024-06-10 2024-06-14"),
    stay("X11", "E", "be-P2", "PL BE", "2024-09-09 2024-09-13", validated_date=None),
    stay("X12", "Z", "pl-P1", "DE PL", "2024-09-09 2024-09-13", vo_partnership="other"),
    stay("X13", "F", "be-P2", "PL BE", "2023-05-01 2023-05-03"),
)


@pytest.mark.parametrize(
    ("kpi", "period", "measure", "policy", "value"),
    [
        ("4a.O3", "RP1", "new", None, 4),
        ("4a.O3", "RP2", "new", None, 1),
        ("4a.O3.pending", "all", "cumulative", None, 1),
        ("4a.O4", "all", "cumulative", "conservative", 40.0),
        ("4a.O4", "all", "cumulative", "reported", 60.0),
        ("4a.O4", "all", "cumulative", "potential", 80.0),
        ("4a.O4", "RP1", "new", "reported", 50.0),
        ("4a.O4", "RP2", "new", "reported", 100.0),
    ],
)
def test_exchanges_come_out_as_in_the_worked_example(kpi, period, measure, policy, value):
    assert figure(STAYS, kpi, period, measure, policy) == value


def investment(sme: str, day: str, kind: str = "own_training_budget", **other: Any) -> Any:
    values = {"investment_date": date.fromisoformat(day), "kind": kind, "amount": None,
              "staff_hours": None, "project_link": "T1", "grant_received_eur": None,
              **other}  # fmt: skip
    return Row(f"{sme} {day}", "pl", "sme_investments", values, {"sme": (sme,)})


INVESTMENTS = (
    investment("A", "2023-04-01", amount=500),
    investment("A", "2024-04-01", amount=300),
    investment("B", "2023-05-02", "staff_time", amount=0, staff_hours=16),
    investment("L", "2023-05-02", amount=9000),
    investment("U", "2023-05-02", amount=200),
    investment("F", "2023-05-02", amount=300, project_link="none"),
    investment("G", "2023-05-02", "agreement", amount=300),
)


@pytest.mark.parametrize(
    ("policy", "value"), [("conservative", 1), ("reported", 2), ("potential", 3)]
)
def test_investing_smes_come_out_as_in_the_worked_example(policy, value):
    assert figure(INVESTMENTS, "4b.M1", "RP1", "new", policy) == value
    assert figure(INVESTMENTS, "4b.M1", "all", "cumulative", policy) == value


def training(code: str, first: str, last: str) -> Any:
    values = {"training_id": code, "status": "delivered", "objective": "4a", "lead_partner": "pl",
              "co_partners": None, "cascade_of": None, "start_date": date.fromisoformat(first),
              "end_date": date.fromisoformat(last)}  # fmt: skip
    return Row(code, "pl", "trainings", values)


def presence(code: str, person: str, employer: str, day: str | None, **other: Any) -> Any:
    values = {"training_id": code, "session_date": date.fromisoformat(day) if day else None,
              "role": None, "attended": "yes", "hours": 4.0, "headcount": None, "email": None,
              "person_category": "cluster_staff", **other}  # fmt: skip
    links = {"person": (person,), "employer": (employer,)}
    return Row(f"{code} {person} {other}", "pl", "attendance", values, links)


TRAINED = (
    training("T1", "2023-03-14", "2023-03-14"),
    training("T2", "2023-05-05", "2023-05-05"),
    training("T3", "2024-02-20", "2024-03-10"),
    presence("T1", "anna", "pl-P1", "2023-03-14"),
    presence("T1", "anna", "pl-P1", "2023-03-14", hours=4),
    presence("T2", "anna", "pl-P1", "2023-05-05"),
    presence("T1", "bart", "be-P2", "2023-03-14", attended="no"),
    presence("T1", "chloe", "B", "2023-03-14"),
    presence("T3", "dimitris", "gr-P3", None, email="d.pappas@p3.example"),
    presence("T3", "dimitris", "gr-P3", None),
    presence("T1", "ewa", "pl-P1", "2023-03-14", role="trainer"),
)


@pytest.mark.parametrize(("period", "value"), [("RP1", 1), ("RP2", 1)])
def test_trained_staff_comes_out_as_in_the_worked_example(period, value):
    assert figure(TRAINED, "4a.M1", period, "new", None) == value


@pytest.mark.parametrize(
    "column",
    [
        ("4a.M1", "attendance", "person_category"),
        ("4a.M1", "attendance", "gender"),
        ("4a.M1", "attendance", "employer_id"),
        ("4a.M1", "trainings", "start_date"),
        ("4a.M1", "trainings", "end_date"),
        ("4a.O3", "exchanges", "closing_report_date"),
        ("4a.O3", "exchanges", "vo_id"),
        ("4b.M1", "sme_investments", "employees_concerned"),
        ("4b.O2", "attendance", "hours"),
        ("4b.O2", "attendance", "person_name"),
        ("4b.O2", "attendance", "headcount"),
        ("4b.O2", "service_deliveries", "recipient_id"),
        ("4b.O3", "trainings", "end_date"),
    ],
    ids=" ".join,
)
def test_no_figure_of_the_example_hangs_on_whether_a_doubtful_column_is_used(column):
    strict = naive_example(also_used=frozenset({column}))
    assert strict.scoreboard() == expected_scoreboard()


def test_no_figure_of_the_example_hangs_on_what_refused_rows_tell_of_persons():
    forgetful = naive_example(refused_people_count_as_known=False)
    assert forgetful.scoreboard() == expected_scoreboard()
