"""The figures of the example consortium, computed a second time in plain Python.

Belongs here: which rows each of the nine KPIs takes, read straight from the specification and
applied to the generator's own rows with sets, dicts and loops. Does not belong here: any code of
the product, any file of the example; what a row says is known from the generator, mistakes
included.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from nightly.naive_rules import (
    Dates,
    Row,
    add_months,
    are_eligible,
    in_project,
    is_joint,
    is_same_stay,
    line,
    measures,
    shares,
    status_of_row,
    visitor_home,
    working_days,
)

from examples.generator.consortium import records

PARTNERS = ("pl", "de", "be", "gr", "es", "fi")
POLICIES = {
    "conservative": {"verified"},
    "reported": {"verified", "declared"},
    "potential": {"verified", "declared", "unknown"},
}
ROLE_MAILBOXES = {"info", "office", "kontakt", "biuro", "contact", "sekretariat"}
WORKING = {"worker", "self_employed", "business_owner"}
# The columns of each register that decide a figure: an error there costs the row that figure.
PERSON = {"person_name", "first_name", "surname", "headcount"}
EMPLOYER = {"employer_name", "employer_country"}
ATTENDANCE = {"record_id", "training_id", "session_date", "role", "attended", *EMPLOYER}
VISIT = {
    "exchange_id", "vo_name", "vo_country", "vo_type", "ho_name", "ho_country", "ho_type",
    "vo_partnership", "mode", "start_date", "end_date", "working_days", "status",
    "validated_date",
}  # fmt: skip
USED = {
    ("4a.M1", "attendance"): {*ATTENDANCE, *PERSON, "hours"},
    ("4a.M1", "trainings"): {"training_id", "status", "objective"},
    ("4a.O1", "training_plans"): {
        "plan_id", "beneficiary_orgs", "supporting_partner", "status", "adoption_date",
    },
    ("4a.O2", "label_applications"): {
        "application_id", "cluster_org", "cluster_org_country", "application_type", "status",
        "application_date",
    },
    ("4a.O3", "exchanges"): VISIT,
    ("4b.M1", "sme_investments"): {
        "investment_id", "sme", "sme_country", "investment_date", "kind", "amount", "staff_hours",
        "project_link", "grant_received_eur",
    },
    ("4b.O1", "pacts"): {
        "pact_id", "status", "cluster_reference", "cluster_role", "role_clause", "reference_date",
        "evidence_ref",
    },
    ("4b.O2", "attendance"): {*ATTENDANCE, "person_category"},
    ("4b.O2", "trainings"): {
        "training_id", "status", "objective", "lead_partner", "co_partners",
    },
    ("4b.O2", "service_deliveries"): {
        "delivery_id", "service_id", "recipient", "recipient_country", "delivered_on", "status",
        "directness",
    },
    ("4b.O3", "attendance"): {*ATTENDANCE, *PERSON, "hours", "person_category"},
    ("4b.O3", "trainings"): {
        "training_id", "status", "objective", "lead_partner", "co_partners", "cascade_of",
    },
}  # fmt: skip


@dataclass
class Naive:
    """The consortium's figures from its written rows.

    Attributes:
        rows: What the partners wrote down.
        names: By the true key of a person, the name: two keys may bear one.
        also_used: (KPI, register, column): columns to be strict about beyond the specification,
            to see whether a figure hangs on a doubtful reading.
        refused_people_count_as_known: Whether a row that is refused still tells who has which
            address.
    """

    rows: Iterable[Row]
    names: Mapping[str, tuple[str, str]]
    also_used: frozenset[tuple[str, str, str]] = field(default_factory=frozenset)
    refused_people_count_as_known: bool = True

    @cached_property
    def by_register(self) -> dict[str, list[Row]]:
        found = defaultdict(list)
        for row in self.rows:
            found[row.register].append(row)
        return found

    def usable(self, kpi: str, row: Row) -> bool:
        """Whether no error touches a column that this KPI uses."""
        used = set(USED.get((kpi, row.register), ()))
        used |= {c for k, r, c in self.also_used if k == kpi and r == row.register}
        return not any(m.refused and m.column in used for m in row.mistakes)

    def of(self, kpi: str, register: str) -> Iterable[Row]:
        return (row for row in self.by_register[register] if self.usable(kpi, row))

    # Organisations -------------------------------------------------------------------------

    @cached_property
    def organisation_rows(self) -> dict[str, list[Row]]:
        found = defaultdict(list)
        for row in self.by_register["organisations"]:
            found[row.links["organisation"][0]].append(row)
        return found

    def type_of(self, organisation: str) -> str | None:
        """The type in R1, None where no partner lists the organisation."""
        for row in self.organisation_rows.get(organisation, ()):
            if not any(m.refused and m.column == "org_type" for m in row.mistakes):
                return str(row.values["org_type"])
        return None

    def sme_status(self, organisation: str, day: date) -> str:
        """verified, declared, unknown or no, at a date."""
        if self.type_of(organisation) != "business":
            return "no"
        covering, earlier = [], []
        for row in self.organisation_rows[organisation]:
            first = row.values.get("sme_valid_from") or date.min
            last = row.values.get("sme_valid_to") or date.max
            if first <= day <= last:
                covering.append(row)
            elif last < day:
                earlier.append((last, row))
        if not covering and earlier:
            covering = [max(earlier, key=lambda pair: pair[0])[1]]
        found = {status_of_row(row.values) for row in covering}
        return next((s for s in ("no", "verified", "declared") if s in found), "unknown")

    # People --------------------------------------------------------------------------------

    def person(self, row: Row) -> tuple[str, ...]:
        """The unit that a row names: a personal address, or a name in an organisation."""
        name, employer = self.name_of(row), row.links["employer"][0]
        address = self.personal_address(row)
        if address:
            return ("address", address)
        addresses = self.addresses_of[name, employer]
        if len(addresses) == 1:
            return ("address", *addresses)
        return ("name", *name, employer)

    def name_of(self, row: Row) -> tuple[str, str]:
        return self.names[row.links["person"][0]]

    def personal_address(self, row: Row) -> str | None:
        address = str(row.values.get("email") or "").lower()
        if not address or address.split("@")[0] in ROLE_MAILBOXES:
            return None
        return address if len(self.names_at[address]) == 1 else None

    @cached_property
    def named_rows(self) -> list[Row]:
        return [
            row
            for row in self.by_register["attendance"]
            if "person" in row.links
            and not any(m.refused and m.column in PERSON for m in row.mistakes)
            and (self.refused_people_count_as_known or not any(m.refused for m in row.mistakes))
        ]

    @cached_property
    def names_at(self) -> dict[str, set[tuple[str, str]]]:
        found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for row in self.named_rows:
            found[str(row.values.get("email") or "").lower()].add(self.name_of(row))
        return found

    @cached_property
    def addresses_of(self) -> dict[tuple[tuple[str, str], str], set[str]]:
        found: dict[tuple[tuple[str, str], str], set[str]] = defaultdict(set)
        for row in self.named_rows:
            address = self.personal_address(row)
            if address:
                found[self.name_of(row), row.links["employer"][0]].add(address)
        return found

    # Trainings -----------------------------------------------------------------------------

    def trainings(self, kpi: str) -> dict[str, Mapping[str, Any]]:
        """The trainings this KPI knows: the lead partner's row, if it is usable."""
        return {
            row.values["training_id"]: row.values
            for row in self.of(kpi, "trainings")
            if row.partner == row.values["lead_partner"]
        }

    def attended(self, kpi: str, objectives: set[str]) -> Iterable[tuple[Row, Mapping[str, Any]]]:
        """Participants' rows at delivered trainings, with the training."""
        trainings = self.trainings(kpi)
        for row in self.of(kpi, "attendance"):
            training = trainings.get(row.values["training_id"])
            if (
                training
                and training["status"] == "delivered"
                and training["objective"] in objectives
                and (row.values["role"] or "participant") == "participant"
                and row.values["attended"] in ("yes", "partial")
                and not any(m.rule == "E10" for m in row.mistakes)
            ):
                yield row, training

    def people_trained(
        self, kpi: str, objectives: set[str], fits: Callable[[Row, Mapping[str, Any]], bool]
    ) -> tuple[dict[tuple[str, ...], set[date]], int]:
        """Counting dates of each person, and the heads of groups without names."""
        days: dict[tuple[Any, ...], list[tuple[date, float | None]]] = defaultdict(list)
        courses: dict[tuple[Any, ...], date] = {}
        heads = 0
        for row, training in self.attended(kpi, objectives):
            if not fits(row, training):
                continue
            if (row.values["headcount"] or 1) > 1:
                heads += row.values["headcount"]
                continue
            key = (self.person(row), row.values["training_id"])
            if row.values["session_date"]:
                days[key].append((row.values["session_date"], row.values["hours"]))
            else:
                courses[key] = training["end_date"]
        found: dict[tuple[str, ...], set[date]] = defaultdict(set)
        for key, sessions in days.items():
            worked = [day for day, hours in sessions if hours != 0] or [day for day, _ in sessions]
            found[key[0]].update(day for day in worked if in_project(day))
        for key, end in courses.items():
            if key not in days and in_project(end):
                found[key[0]].add(end)
        return {person: dates for person, dates in found.items() if dates}, heads

    def cluster_people(self) -> tuple[Dates, int]:
        """4a.M1."""
        return self.people_trained(
            "4a.M1",
            {"4a", "both"},
            lambda row, _: self.type_of(row.links["employer"][0]) == "cluster_organisation",
        )

    def workers(self) -> tuple[Dates, int]:
        """4b.O3."""
        trainings = self.trainings("4b.O3")

        def fits(row: Row, training: Mapping[str, Any]) -> bool:
            source = trainings.get(training["cascade_of"] or "")
            cascade = (
                source is not None
                and is_joint(source)
                and source["status"] == "delivered"
                and "trainers" in source["audience"]
            )
            return (
                row.values["person_category"] in WORKING
                and self.type_of(row.links["employer"][0]) != "cluster_organisation"
                and (is_joint(training) or cascade)
            )

        return self.people_trained("4b.O3", {"4b", "both"}, fits)

    # The other KPIs ------------------------------------------------------------------------

    def plans(self) -> Dates:
        """4a.O1; a plan is known by its first adoption."""
        first: dict[str, date] = {}
        found: dict[str, set[date]] = defaultdict(set)
        for row in self.of("4a.O1", "training_plans"):
            values = row.values
            clusters = [k for k in row.links["beneficiaries"]
                        if self.type_of(k) == "cluster_organisation"]  # fmt: skip
            if (
                values["status"] in ("adopted", "implemented")
                and clusters
                and values["supporting_partner"] in PARTNERS
            ):
                day = values["adoption_date"]
                first[values["plan_id"]] = min(day, first.get(values["plan_id"], day))
                found[values["plan_id"]].add(day)
        return {plan: days for plan, days in found.items() if in_project(first[plan])}

    def label_clusters(self) -> Dates:
        """4a.O2."""
        found: dict[str, set[date]] = defaultdict(set)
        for row in self.of("4a.O2", "label_applications"):
            values, (cluster,) = row.values, row.links["cluster"]
            if (
                values["application_type"] in ("first", "upgrade")
                and values["status"]
                in (
                    "submitted",
                    "under_assessment",
                    "awarded",
                    "rejected",
                    "withdrawn_after_submission",
                )
                and self.type_of(cluster) == "cluster_organisation"
                and in_project(values["application_date"])
            ):
                found[cluster].add(values["application_date"])
        return found

    def exchanges(self) -> tuple[list[Row], int]:
        """4a.O3: the counted stays, one row each, and how many wait for their closing report."""
        stays: list[list[Row]] = []
        for row in self.of("4a.O3", "exchanges"):
            if not self.could_count(row):
                continue
            same = [stay for stay in stays if any(is_same_stay(row, other) for other in stay)]
            stays = [stay for stay in stays if stay not in same]
            stays.append([row, *(other for stay in same for other in stay)])
        stays.sort(key=lambda stay: min((r.values["start_date"], r.values["exchange_id"])
                                        for r in stay))  # fmt: skip
        counted, pending, travelled = [], 0, set()
        for stay in stays:
            visitor = stay[0].links["vo"]
            if not any(row.values["validated_date"] for row in stay):
                pending += 1
            elif visitor not in travelled:
                travelled.add(visitor)
                counted.append(min(stay, key=lambda row: (row.partner != visitor_home(row),
                                                          row.partner)))  # fmt: skip
        return counted, pending

    def could_count(self, row: Row) -> bool:
        """Filters 1 to 7."""
        values = row.values
        (visitor,), (host,) = row.links["vo"], row.links["ho"]
        visitor_type, host_type = self.type_of(visitor), self.type_of(host)
        days = working_days(values["start_date"], values["end_date"], values["ho_country"])
        if values["working_days"] is not None:
            days = min(days, values["working_days"])
        return (
            values["vo_partnership"] == "example"
            and values["status"] in ("completed", "interrupted")
            and visitor != host
            and values["vo_country"] != values["ho_country"]
            and are_eligible(values, visitor_type, host_type)
            and values["mode"] == "physical"
            and days >= 3
            and values["end_date"] < add_months(values["start_date"], 1)
            and in_project(values["end_date"])
        )

    def sme_side(self, row: Row, side: str) -> str:
        """The SME status of a visitor or host at the start of the stay."""
        (organisation,) = row.links[side]
        if self.type_of(organisation):
            return self.sme_status(organisation, row.values["start_date"])
        if row.values[f"{side}_type"] == "sme" or row.values[f"{side}_is_sme"] == "yes":
            return "declared"
        return "unknown" if row.values[f"{side}_is_sme"] == "unknown" else "no"

    def investors(self, policy: str) -> Dates:
        """4b.M1 under a policy."""
        found: dict[str, set[date]] = defaultdict(set)
        for row in self.of("4b.M1", "sme_investments"):
            values, (sme,) = row.values, row.links["sme"]
            amount, hours = values["amount"] or 0, values["staff_hours"] or 0
            grant = values["grant_received_eur"]
            if (
                self.type_of(sme) == "business"
                and in_project(values["investment_date"])
                and self.sme_status(sme, values["investment_date"]) in POLICIES[policy]
                and (amount > 0 or hours > 0)
                and values["project_link"] != "none"
                and values["kind"] != "agreement"
                and not (grant is not None and 0 < amount <= grant and hours == 0)
            ):
                found[sme].add(values["investment_date"])
        return found

    def pacts(self) -> tuple[Dates, int]:
        """4b.O1, and how many pacts wait for their evidence."""
        found: dict[str, set[date]] = defaultdict(set)
        waiting = set()
        for row in self.of("4b.O1", "pacts"):
            values = row.values
            if (
                values["status"] in ("signed", "published")
                and values["cluster_reference"]
                and values["cluster_role"]
                and in_project(values["reference_date"])
            ):
                if values["role_clause"] and values["evidence_ref"]:
                    found[values["pact_id"]].add(values["reference_date"])
                else:
                    waiting.add(values["pact_id"])
        return found, len(waiting - set(found))

    def businesses(self) -> Dates:
        """4b.O2."""
        found: dict[str, set[date]] = defaultdict(set)
        services = {row.values["service_id"]: row.values for row in self.by_register["services"]}
        for row in self.of("4b.O2", "service_deliveries"):
            values, service = row.values, services.get(row.values["service_id"])
            if (
                service is not None
                and len(set(service["providers"])) >= 2
                and service["category"] != "information"
                and values["status"] == "delivered"
                and values["directness"] == "direct"
            ):
                found[row.links["recipient"][0]].add(values["delivered_on"])
        for row, training in self.attended("4b.O2", {"4b", "both"}):
            if is_joint(training) and row.values["person_category"] in WORKING:
                day = row.values["session_date"] or training["end_date"]
                found[row.links["employer"][0]].add(day)
        return {
            organisation: inside
            for organisation, days in found.items()
            if self.type_of(organisation) == "business"
            and (inside := {day for day in days if in_project(day)})
        }

    # The scoreboard ------------------------------------------------------------------------

    def scoreboard(self) -> list[dict[str, Any]]:
        """Every figure, as `eurocluster kpis --format json` gives them."""
        stays, _ = self.exchanges()
        ended = {stay.key: {stay.values["end_date"]} for stay in stays}
        lines = [
            *measures("4a.M1", self.cluster_people()[0]),
            *measures("4a.O1", self.plans()),
            *measures("4a.O2", self.label_clusters()),
            *measures("4a.O3", ended),
            *measures("4b.O1", self.pacts()[0]),
            *measures("4b.O2", self.businesses()),
            *measures("4b.O3", self.workers()[0]),
        ]
        for policy, statuses in POLICIES.items():
            with_sme = {
                stay.key: ended[stay.key]
                for stay in stays
                if statuses & {self.sme_side(stay, "vo"), self.sme_side(stay, "ho")}
            }
            lines += shares("4a.O4", policy, with_sme, ended)
            lines += measures("4b.M1", self.investors(policy), policy)
            smes = {
                organisation: days
                for organisation, days in self.businesses().items()
                if self.sme_status(organisation, min(days)) in statuses
            }
            lines += measures("4b.O2.sme", smes, policy)
        return [*lines, *self.beside_the_kpis()]

    def beside_the_kpis(self) -> Iterable[dict[str, Any]]:
        """Groups without names, stays that wait for a report, businesses that are no SMEs."""
        staff, (workers, heads) = self.cluster_people()[1], self.workers()
        sizes = [self.sme_status(o, min(days)) for o, days in self.businesses().items()]
        for kpi, value in (
            ("4a.M1.unverified_aggregate", staff),
            ("4a.O3.pending", self.exchanges()[1]),
            ("4b.O2.not_sme", sizes.count("no")),
            ("4b.O2.unknown", sizes.count("unknown")),
            ("4b.O3.unverified_aggregate", heads),
            ("4b.O3.upper_bound", len(workers) + heads),
        ):
            yield line(kpi, "all", "cumulative", None, value)

    def pending(self) -> dict[str, int]:
        """Units that lack a paper, by KPI."""
        return {"4a.O3": self.exchanges()[1], "4b.O1": self.pacts()[1]}


def naive_example(**strictness: Any) -> Naive:
    """The example consortium."""
    example = records()
    names = {key: (p.given, p.family) for key, p in example.world.people.items()}
    return Naive(example.rows, names, **strictness)


def expected_scoreboard() -> list[dict[str, Any]]:
    """The figures of the example consortium."""
    return naive_example().scoreboard()


def expected_pending() -> dict[str, int]:
    """The units of the example consortium that lack a paper, by KPI."""
    return naive_example().pending()
