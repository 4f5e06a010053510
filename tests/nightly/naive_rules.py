"""Rules of the specification that look at one value, one row or a set of dates.

Belongs here: months and periods, working days, SME status of one row, counting of dates; plain
Python that shares nothing with the product. Does not belong here: which rows a KPI takes
(naive_kpis.py).
"""

import calendar
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

START = date(2022, 9, 1)
# Public holidays (month, day) of the hosts' countries, then days after Easter Sunday.
FIXED_HOLIDAYS = {
    "PL": "1-1 1-6 5-1 5-3 8-15 11-1 11-11 12-25 12-26",
    "DE": "1-1 5-1 10-3 12-25 12-26",
    "BE": "1-1 5-1 7-21 8-15 11-1 11-11 12-25",
    "GR": "1-1 1-6 3-25 5-1 8-15 10-28 12-25 12-26",
    "ES": "1-1 1-6 5-1 8-15 10-12 11-1 12-6 12-8 12-25",
    "FI": "1-1 1-6 5-1 12-6 12-24 12-25 12-26",
    "IT": "1-1 1-6 4-25 5-1 6-2 8-15 11-1 12-8 12-25 12-26",
    "FR": "1-1 5-1 5-8 7-14 8-15 11-1 11-11 12-25",
    "CZ": "1-1 5-1 5-8 7-5 7-6 9-28 10-28 11-17 12-24 12-25 12-26",
    "PT": "1-1 4-25 5-1 6-10 8-15 10-5 11-1 12-1 12-8 12-25",
    "SE": "1-1 1-6 5-1 6-6 12-24 12-25 12-26 12-31",
    "AT": "1-1 1-6 5-1 8-15 10-26 11-1 12-8 12-25 12-26",
}
AFTER_EASTER = {
    "PL": (1, 60), "DE": (-2, 1, 39, 50), "BE": (1, 39, 50), "GR": (-48, -2, 1, 50), "ES": (-2,),
    "FI": (-2, 1, 39), "IT": (1,), "FR": (1, 39, 50), "CZ": (-2, 1), "PT": (-2, 60),
    "SE": (-2, 1, 39), "AT": (1, 39, 50, 60),
}  # fmt: skip
EASTER = {2023: date(2023, 4, 9), 2024: date(2024, 3, 31)}
ORTHODOX_EASTER = {2023: date(2023, 4, 16), 2024: date(2024, 5, 5)}

TRAVELLERS = {"cluster_organisation", "business_network", "scaling_up_support", "business"}
HOSTS = TRAVELLERS | {
    "training_provider", "public_authority", "research", "higher_education", "vet_provider",
}  # fmt: skip
TRAVELLING_TYPES = {"cluster", "scaling_up", "sme"}
HOST_TYPES = TRAVELLING_TYPES | {
    "training_provider", "large_company", "public_authority", "research", "higher_education",
    "vet_provider",
}  # fmt: skip
OUTSIDE_THE_PROGRAMME = {"CH", "GB", "US"}

Row = Any  # a row of the generator, which is loaded by path
Dates = Mapping[Any, set[date]]


def add_months(start: date, months: int) -> date:
    """The same day `months` later, or the last day of a shorter month."""
    year, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + year, month + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


PERIODS = {
    "RP1": (START, add_months(START, 18) - timedelta(days=1)),
    "RP2": (add_months(START, 18), add_months(START, 36) - timedelta(days=1)),
}


def in_project(day: object) -> bool:
    """Whether the day lies between the first and the last day of the project."""
    return isinstance(day, date) and START <= day <= PERIODS["RP2"][1]


def status_of_row(values: Mapping[str, Any]) -> str:
    """What one row of R1 says of an organisation's size."""
    if values["org_type"] != "business":
        return "no"
    by_figures = is_sme(
        values["headcount_awu"], values["turnover_eur"], values["balance_sheet_eur"]
    )
    if values.get("public_control_25") or by_figures is False:
        return "no"
    proved = values["sme_evidence"] in (
        "accounts",
        "public_register",
        "sme_wizard",
        "agency_validation",
    )
    if by_figures:
        return "verified" if proved else "declared"
    return {"sme": "declared", "not_sme": "no"}.get(values["sme_declared"], "unknown")


def is_sme(headcount: float | None, turnover: float | None, balance: float | None) -> bool | None:
    """Headcount below 250 and turnover or balance under its ceiling; None if figures miss."""
    few = None if headcount is None else headcount < 250
    ceilings = (
        None if turnover is None else turnover <= 50_000_000,
        None if balance is None else balance <= 43_000_000,
    )
    small = True if True in ceilings else None if None in ceilings else False
    if few is False or small is False:
        return False
    return None if few is None or small is None else True


def is_joint(training: Mapping[str, Any]) -> bool:
    """Whether two partners or more give the training."""
    return len({training["lead_partner"], *(training["co_partners"] or ())}) >= 2


def is_same_stay(one: Row, other: Row) -> bool:
    """Whether two rows speak of one stay."""
    return bool(
        one.values["exchange_id"] == other.values["exchange_id"]
        or (one.links["vo"], one.links["ho"], one.values["start_date"])
        == (other.links["vo"], other.links["ho"], other.values["start_date"])
    )


def visitor_home(row: Row) -> str:
    """The partner of the visitor's country."""
    return str(row.links["vo"][0]).split("-")[0]


def working_days(first: date, last: date, country: str) -> int:
    """Days from Monday to Friday that are no public holiday of the country."""
    found = 0
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        fixed = f"{day.month}-{day.day}" in FIXED_HOLIDAYS.get(country, "").split()
        easter = (ORTHODOX_EASTER if country == "GR" else EASTER).get(day.year)
        moved = easter is not None and (day - easter).days in AFTER_EASTER.get(country, ())
        found += day.weekday() < 5 and not fixed and not moved
    return found


def within(days: Iterable[date], first: date, last: date) -> bool:
    """Whether any of the days lies between the two."""
    return any(first <= day <= last for day in days)


def counts(dates: Dates) -> Iterable[tuple[str, str, int]]:
    """(period, measure, units): new, cumulative and active, period by period and in all."""
    for period, (first, last) in PERIODS.items():
        yield period, "new", sum(first <= min(days) <= last for days in dates.values())
        yield period, "cumulative", sum(min(days) <= last for days in dates.values())
        yield period, "active", sum(within(days, first, last) for days in dates.values())
    yield "all", "cumulative", len(dates)
    yield "all", "active", len(dates)


def measures(kpi: str, dates: Dates, policy: str | None = None) -> Iterable[dict[str, Any]]:
    """The lines of a KPI that counts units."""
    for period, measure, value in counts(dates):
        yield line(kpi, period, measure, policy, value)


def shares(kpi: str, policy: str, part: Dates, whole: Dates) -> Iterable[dict[str, Any]]:
    """The lines of a KPI that is a share, in per cent with one decimal, half up."""
    for (period, measure, n), (_, _, d) in zip(counts(part), counts(whole), strict=True):
        value = (2000 * n + d) // (2 * d) / 10 if d else None
        yield line(kpi, period, measure, policy, value) | {"numerator": n, "denominator": d}


def line(
    kpi: str, period: str, measure: str, policy: str | None, value: float | None
) -> dict[str, Any]:
    return {
        "kpi": kpi,
        "period": period,
        "measure": measure,
        "policy": policy,
        "value": value,
        "numerator": None,
        "denominator": None,
    }


def are_eligible(
    values: Mapping[str, Any], visitor_type: str | None, host_type: str | None
) -> bool:
    """Whether both countries and both organisations may take part; R1's types go first."""
    return (
        not OUTSIDE_THE_PROGRAMME & {values["vo_country"], values["ho_country"]}
        and (visitor_type in TRAVELLERS if visitor_type else values["vo_type"] in TRAVELLING_TYPES)
        and (host_type in HOSTS if host_type else values["ho_type"] in HOST_TYPES)
    )
