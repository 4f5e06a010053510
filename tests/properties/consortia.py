"""Small consortia made up by hypothesis: three partners that share trainees, SMEs and documents.

Rows are typed register rows with the mistakes that matter for counting: missing identifiers,
the same thing reported twice, days outside the project, cells that were not understood. A
*plain* consortium has none of those that make two partners contradict each other.

Belongs here: the strategy, one function per register.
Does not belong here: what rows draw from (pool.py), storing them (tests/delivering.py), what
must hold of them (test_*.py).
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from hypothesis import strategies as st

from tests.delivering import Registers, RowValues
from tests.properties.pool import (
    DAYS,
    PARTNERS,
    Drawing,
    Organisation,
    consortium,
    organisations,
    people,
)


def _key(text: str | None) -> str | None:
    return None if text is None else str(uuid5(NAMESPACE_DNS, text))


@st.composite
def registers(
    draw: st.DrawFn, *, plain: bool = False, parameters: dict[str, Any] | None = None
) -> Registers:
    """Draw every register of a consortium."""
    random = draw(st.randoms(use_true_random=True))
    pool = organisations(random, plain=plain)
    drawing = Drawing(draw, random, pool, people(random, pool), plain)
    sheets: dict[tuple[str, str], list[RowValues]] = {}

    def report(register: str, row: RowValues, partners: Sequence[str] = ()) -> None:
        for partner in partners or (drawing.one(*PARTNERS),):
            sheets.setdefault((partner, register), []).append(row)

    for write in (
        _organisations, _trainings, _attendance, _training_plans, _label_applications, _exchanges,
        _services, _sme_investments, _pacts, _portfolio_of_actions,
    ):  # fmt: skip
        write(drawing, report)
    return Registers(
        consortium(parameters), {place: (tuple(rows),) for place, rows in sheets.items()}
    )


Report = Callable[..., None]


def _organisations(drawing: Drawing, report: Report) -> None:
    for index, found in enumerate(drawing.pool):
        row: dict[str, Any] = {
            "record_id": f"O{index}",
            "legal_name": found.name,
            "country": found.country,
            "org_type": found.org_type,
            "consortium_partner": index < len(PARTNERS),
            **dict(found.facts),
        }
        if drawing.plain:
            report("organisations", row | {"vat_no": found.vat, "euid": found.euid})
            continue
        for partner in drawing.some_partners() if drawing.random.random() < 0.8 else ():
            known = drawing.one(
                {"vat_no": found.vat, "euid": found.euid},
                {"vat_no": found.vat},
                {"euid": found.euid},
                {},
            )
            facts = drawing.usually(
                {},
                {"sme_declared": "unknown"},
                {"headcount_awu": Decimal(300)},
                {"org_type": "other"},
            )
            report("organisations", row | known | facts, [partner])


def _trainings(drawing: Drawing, report: Report) -> None:
    for number, objective in enumerate(["4a", "both", "4b", "4b"], 1):
        start = drawing.day()
        row = {
            "training_id": f"T{number}",
            "title": f"Training {number}",
            "objective": objective,
            "audience": drawing.one(("cluster_managers",), ("trainers",), ("sme_workers",)),
            "topic_flags": drawing.one((), ("digital_skills",), ("network_analysis",)),
            "start_date": start,
            "end_date": start + timedelta(days=drawing.one(0, 3)),
            "planned_hours": Decimal(12),
            "lead_partner": drawing.one(*PARTNERS),
            "co_partners": drawing.usually(("p1", "p2"), (), ("p3",)),
            "status": drawing.usually("delivered", "cancelled", "planned"),
            "cascade_of": drawing.one(None, None, "T3") if number == 4 else None,
        }
        reporters = drawing.some_partners()
        report("trainings", row | drawing.mistake("status", "objective"), reporters[:1])
        if drawing.plain:
            report("trainings", row, reporters[1:] or reporters[:1])
        elif reporters[1:]:
            other = drawing.one({"status": "cancelled"}, {"objective": "both"}, {})
            report("trainings", row | other, reporters[1:])


def _attendance(drawing: Drawing, report: Report) -> None:
    for number in drawing.times(18):
        person = drawing.one(*drawing.people)
        email = drawing.one(person.email, person.email, None)
        row = {
            "record_id": drawing.one(None, f"A{number}"),
            "training_id": drawing.usually(
                drawing.one("T1", "T2", "T2", "T3", "T4"), "T4" if drawing.plain else "T9"
            ),
            "session_date": drawing.one(None, *DAYS[1:6])
            if drawing.plain
            else drawing.one(None, *DAYS),
            "person_name": "filled",
            "name_as_written": person.name,
            "email_as_written": email and f"{email.lower()}@firma.example",
            "name_key": _key(person.name),
            "email": email and "filled",
            "email_key": _key(email),
            **drawing.named("employer", person.employer, "employer_name"),
            "person_category": person.category,
            "role": drawing.usually("participant", "trainer"),
            "attended": drawing.usually("yes", "partial", "no"),
            "hours": drawing.usually(Decimal("6.5"), Decimal(0), None),
            "completed": drawing.usually(False, True, None),
            "evidence_ref": drawing.one(None, "list.pdf"),
            **drawing.mistake("attended", "person_category", "session_date"),
        }
        if drawing.random.random() < 0.1:
            row |= dict.fromkeys(
                ("person_name", "name_key", "email_key", "name_as_written", "email_as_written")
            ) | {"headcount": 12}
        report("attendance", row, drawing.some_partners()[:2])


def _training_plans(drawing: Drawing, report: Report) -> None:
    for number in drawing.times(3):
        reporters = drawing.some_partners()
        for version in ("v1", "v2")[: drawing.one(1, 2)]:
            status = drawing.usually("adopted", "draft", "implemented", "abandoned")
            row = {
                "plan_id": f"PL-{number}",
                "version": version,
                "title": f"Plan {number}",
                "beneficiary_orgs": drawing.one(
                    ("p1",), ("Cluster Delta", "p2"), ("Alfa",), ("p1", "p2", "p3")
                ),
                "supporting_partner": drawing.one(*PARTNERS),
                "support_type": "drafting",
                "status": status,
                "adoption_date": None if status == "draft" else drawing.day(),
            }
            if drawing.rarely():
                row |= {"plan_id": None}
            report("training_plans", row, reporters)


def _label_applications(drawing: Drawing, report: Report) -> None:
    for number in drawing.times(4):
        row = {
            "application_id": f"L{number}",
            **drawing.named("cluster_org", drawing.random.randrange(5)),
            "scheme": "ECEI",
            "level": drawing.one("bronze", "silver"),
            "application_type": drawing.usually("first", "upgrade", "renewal"),
            "application_date": drawing.day(),
            "status": drawing.usually("submitted", "awarded", "withdrawn_before_submission"),
            **drawing.mistake("status", "application_type"),
        }
        report("label_applications", row, drawing.some_partners()[:2])


def _exchanges(drawing: Drawing, report: Report) -> None:
    for number in drawing.times(10):
        visitor = drawing.usually(drawing.one(0, 4, 5), drawing.organisation())
        abroad = [
            index
            for index, found in enumerate(drawing.pool)
            if found.country != drawing.pool[visitor].country
        ]
        host = drawing.usually(drawing.one(*abroad), drawing.organisation())
        start = drawing.usually(drawing.day(), date(2023, 5, 1), date(2024, 2, 26))
        row = {
            "exchange_id": f"X{number}",
            **drawing.named("vo", visitor, "vo_name"),
            **drawing.named("ho", host, "ho_name"),
            "vo_type": _exchange_type(drawing.pool[visitor]),
            "ho_type": _exchange_type(drawing.pool[host]),
            "vo_is_sme": drawing.one(None, "yes", "unknown"),
            "vo_partnership": "invented",
            "mode": "physical",
            "start_date": start,
            "end_date": start + timedelta(days=6),
            "working_days": drawing.one(None, 5),
            "status": "completed",
            "validated_date": date(2025, 9, 10),
            **drawing.usually(
                {},
                {"vo_partnership": "another"},
                {"mode": "virtual"},
                {"status": "cancelled"},
                {"status": "interrupted"},
                {"validated_date": None},
                {"end_date": start + timedelta(days=1)},
                {"end_date": start + timedelta(days=40)},
            ),
            **drawing.mistake("status", "mode"),
        }
        reporters = drawing.some_partners()
        report("exchanges", row, reporters[:1])
        if reporters[1:] and not drawing.plain:
            other_id = drawing.one(row["exchange_id"], f"Y{number}", None)
            validated = drawing.one(None, date(2025, 9, 11))
            copy = row | {"exchange_id": other_id, "validated_date": validated}
            report("exchanges", copy, reporters[1:2])
        elif reporters[1:]:
            report("exchanges", row, reporters[1:2])


def _exchange_type(found: Organisation) -> str:
    return {"cluster_organisation": "cluster", "business": "sme"}.get(found.org_type, "other")


def _services(drawing: Drawing, report: Report) -> None:
    for number in (1, 2):
        row = {
            "service_id": f"SV{number}",
            "version": drawing.one(None, "v1") if number == 1 else drawing.one("v1", "v2 of SV1"),
            "title": f"Service {number}",
            "category": drawing.usually("mentoring", "talent_matching", "information"),
            "objective": "4b",
            "providers": drawing.usually(("p1", "p2"), ("p3",)),
            "target_group": drawing.one("smes", "cluster_members"),
            "status": "offered",
            "first_offered_date": drawing.day(),
        }
        if drawing.plain:
            row |= {"version": "v1"}
        report("services", row, drawing.some_partners()[:2])
    for number in drawing.times(5):
        row = {
            "delivery_id": f"D{number}",
            "service_id": drawing.one("SV1", "SV2"),
            **drawing.named("recipient", drawing.business()),
            "partner": drawing.one(*PARTNERS),
            "delivered_on": drawing.day(),
            "status": drawing.usually("delivered", "planned"),
            "directness": drawing.usually("direct", "indirect"),
            **drawing.mistake("status", "directness"),
        }
        report("service_deliveries", row, drawing.some_partners()[:2])


def _sme_investments(drawing: Drawing, report: Report) -> None:
    for number in drawing.times(9):
        row = {
            "investment_id": f"I{number}",
            **drawing.named("sme", drawing.business()),
            "investment_date": drawing.day(),
            "kind": drawing.usually("cash_cofinancing", "staff_time", "agreement"),
            "amount": drawing.usually(Decimal("500.125"), Decimal(0), None),
            "staff_hours": drawing.one(None, Decimal(16)),
            "project_link": drawing.usually("T1", "none"),
            "grant_received_eur": drawing.usually(None, Decimal("500.125")),
            **drawing.mistake("kind", "amount"),
        }
        report("sme_investments", row, drawing.some_partners()[:2])


def _pacts(drawing: Drawing, report: Report) -> None:
    for number in drawing.times(3):
        row = {
            "pact_id": f"PA-{number}",
            "title": f"Pact {number}",
            "pact_type": "rsp",
            "url": drawing.one(None, f"https://pacts.example/{number}"),
            "status": drawing.usually("signed", "published", "in_preparation"),
            "cluster_reference": drawing.usually(True, False),
            "cluster_role": drawing.usually("Clusters plan the offer", None),
            "role_clause": drawing.usually("p. 4", None),
            "reference_date": drawing.day(),
            "involvement": drawing.one("lead", "member", "none"),
            "reporting_partner": drawing.one(*PARTNERS),
            "evidence_ref": drawing.usually("pact.pdf", None),
        }
        report("pacts", row, drawing.some_partners()[:2])


def _portfolio_of_actions(drawing: Drawing, report: Report) -> None:
    for number in drawing.times(2):
        report(
            "cooperations",
            {
                "cooperation_id": f"C{number}",
                "partner": drawing.one(*PARTNERS),
                **drawing.named("institution", 8),
                "institution_type": "university",
                "kind": "mou",
                "status": drawing.one("signed", "in_talks"),
                "signed_date": drawing.one(None, *DAYS),
            },
        )
        report(
            "activities",
            {
                "activity_id": f"V{number}",
                "action_code": drawing.one("4b.A3", "4a.A5", "4b.A2"),
                "title": "Workshop",
                "partners": drawing.one(("p1",), ("p1", "p2")),
                "start_date": drawing.day(),
                "status": drawing.one("done", "planned"),
                "output_type": drawing.one("talent_match", "strategy", "event"),
                "quantity": drawing.one(1, 3),
            },
        )
