"""The services of the example, their deliveries, and what enterprises invest in their people.

Belongs here: the portfolio, who received what, who paid for what. Does not belong here: trainings
and exchanges, the partners' spelling.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from examples.generator.chance import chance
from examples.generator.facts import (
    PARTNERS,
    Investment,
    Organisation,
    Service,
    ServiceDelivery,
    Training,
)

_LAST_DAY = date(2024, 9, 30)
_ALL = ("smes",)
_MEMBERS = ("cluster_members",)


def _service(
    code: str,
    title: str,
    category: str,
    providers: str,
    offered: str | None,
    *,
    objective: str = "4b",
    targets: tuple[str, ...] = _ALL,
    status: str = "offered",
    retired: str | None = None,
    action: str | None = None,
) -> Service:
    return Service(
        code=code,
        title=title,
        category=category,
        objective=objective,
        providers=tuple(providers.split()),
        targets=targets,
        status=status,
        offered=date.fromisoformat(offered) if offered else None,
        retired=date.fromisoformat(retired) if retired else None,
        action=action,
    )


SERVICES = (
    _service("SV-01", "Przegląd umiejętności cyfrowych w zakładzie", "skills_assessment", "pl de",
             "2022-12-01"),
    _service("SV-02", "Kompetenzanalyse für Werkstätten", "skills_assessment", "de be",
             "2023-01-16"),
    _service("SV-03", "Gezamenlijk mentorprogramma lasrobots", "mentoring", "be es", "2023-02-01"),
    _service("SV-04", "Mentoring para encargados de taller", "mentoring", "es pl gr",
             "2023-03-01"),
    _service("SV-05", "Wspólna giełda praktyk i staży", "job_facilitation", "pl fi",
             "2023-04-03", action="4a.A5"),
    _service("SV-06", "Gemeinsame Talentbörse Metall", "talent_matching", "de fi pl",
             "2023-05-02", objective="4a", targets=_MEMBERS, action="4a.A5"),
    _service("SV-07", "Train-the-trainer additieve productie", "train_the_trainer", "be de",
             "2023-06-01", action="4b.A4"),
    _service("SV-08", "Curso conjunto de soldadura segura", "course", "es gr", "2023-09-01"),
    _service("SV-09", "Boletín de oportunidades de formación", "information", "es be",
             "2022-11-02"),
    _service("SV-10", "Newsletter umiejętności w metalu", "information", "pl", "2022-10-03"),
    _service("SV-11", "Doradztwo rekrutacyjne dla odlewni", "recruitment", "pl", "2023-01-09"),
    _service("SV-12", "Ausbildungsberatung vor Ort", "mentoring", "de", "2023-02-13"),
    _service("SV-13", "Vacaturedesk metaal", "recruitment", "be", "2023-03-06"),
    _service("SV-14", "Bolsa de empleo del clúster", "job_facilitation", "es", "2023-01-23",
             targets=_MEMBERS, objective="4a", action="4a.A2"),
    _service("SV-15", "Kurs obsługi suwnic", "course", "pl", "2022-12-05", status="retired",
             retired="2024-02-28"),
    _service("SV-16", "Simulatorkurs Zerspanung", "course", "de gr", "2024-02-01"),
    _service("SV-17", "Evaluación de competencias verdes", "skills_assessment", "es fi be", None,
             status="in_design"),
    _service("SV-18", "Leerpad energie-efficiëntie", "training", "be fi", "2024-04-02",
             status="approved"),
)  # fmt: skip
_NUMBERS_OF_DELIVERIES = {"pl": 66, "de": 54, "be": 46, "gr": 38, "es": 48, "fi": 32}
_NUMBERS_OF_INVESTMENTS = {"pl": 52, "de": 46, "be": 40, "gr": 34, "es": 42, "fi": 30}
_CURRENCY = {"pl": "PLN"}
_RATE = {"PLN": 4.4}


def deliveries(organisations: Sequence[Organisation]) -> tuple[ServiceDelivery, ...]:
    """Who received which service from whom; some enterprises are served by three partners."""
    found: list[ServiceDelivery] = []
    for partner in PARTNERS:
        random = chance(f"deliveries {partner}")
        offered = [s for s in SERVICES if partner in s.providers and s.offered]
        recipients = _recipients(organisations, partner, random)
        for place in range(_NUMBERS_OF_DELIVERIES[partner]):
            service = random.choice(offered)
            found.append(_delivery(partner, place, service, recipients, random))
    return tuple(found)


def _recipients(
    organisations: Sequence[Organisation], partner: str, random: Random
) -> list[Organisation]:
    """The partner's regulars, and enterprises that other partners serve as well."""
    own = [o for o in organisations if o.kind == "business" and o.key.startswith(f"{partner}-")]
    shared = [
        o
        for o in organisations
        if o.kind == "business" and o.key.endswith(("-01", "-02", "-03")) and o.identified
    ]
    others = [
        o
        for o in organisations
        if o.key.startswith(f"{partner}-") and o.kind in ("vet_provider", "training_provider")
    ]
    regulars = random.sample(own, len(own) * 2 // 3)
    foreign = [o for o in shared if o not in own]
    return [*regulars, *random.sample(foreign, 6), *others]


def _delivery(
    partner: str,
    place: int,
    service: Service,
    recipients: Sequence[Organisation],
    random: Random,
) -> ServiceDelivery:
    first = service.offered or _LAST_DAY
    last = service.retired or _LAST_DAY
    day = first + timedelta(days=random.randrange(max(1, (last - first).days)))
    status = random.choices(("delivered", "planned", "cancelled"), (92, 4, 4))[0]
    if status == "planned":
        day = date(2024, 10, 16) + timedelta(days=random.randrange(60))
    indirect = service.category == "information" or random.random() < 0.04
    return ServiceDelivery(
        code=f"D-{partner.upper()}-{place + 1:03d}",
        service=service.code,
        recipient=random.choice(recipients).key,
        partner=partner,
        day=_weekday(day),
        status=status,
        directness="indirect" if indirect else "direct",
        hours=random.choice((1.5, 2.0, 3.0, 4.0, 6.0, 8.0)) if random.random() < 0.8 else None,
        value=float(random.randrange(100, 2500, 50)) if random.random() < 0.6 else None,
    )


def investments(
    organisations: Sequence[Organisation], trainings: Sequence[Training]
) -> tuple[Investment, ...]:
    """What enterprises spent on their people's skills, as each partner knows it."""
    found: list[Investment] = []
    for partner in PARTNERS:
        random = chance(f"investments {partner}")
        own = [o for o in organisations if o.kind == "business" and o.key.startswith(f"{partner}-")]
        enterprises = random.sample(own, len(own) * 3 // 5)
        shared = [
            o for o in organisations
            if o.kind == "business" and o.key.endswith(("-01", "-02")) and o.identified
            and not o.key.startswith(f"{partner}-")
        ]  # fmt: skip
        enterprises += random.sample(shared, 3)
        links = [t.code for t in trainings if partner in t.partners and t.status == "delivered"]
        links += [s.code for s in SERVICES if partner in s.providers and s.offered]
        for place in range(_NUMBERS_OF_INVESTMENTS[partner]):
            found.append(_investment(partner, place, enterprises, links, random))
    return tuple(found)


def _investment(
    partner: str,
    place: int,
    enterprises: Sequence[Organisation],
    links: Sequence[str],
    random: Random,
) -> Investment:
    enterprise = random.choice(enterprises)
    kind = random.choices(
        ("cash_cofinancing", "own_training_budget", "staff_time", "in_kind", "agreement"),
        (28, 26, 30, 8, 8),
    )[0]
    currency = _CURRENCY.get(partner, "EUR") if enterprise.country == "PL" else "EUR"
    amount: float | None = None
    grant: float | None = None
    hours: float | None = None
    if kind in ("cash_cofinancing", "own_training_budget", "in_kind"):
        amount = float(random.randrange(200, 9_000, 50)) * _RATE.get(currency, 1.0)
        amount = round(amount, 2)
        if currency == "EUR" and random.random() < 0.12:
            # Paid by the grant and by nothing else.
            grant, hours = round(amount + 500, 2), 0.0
        elif random.random() < 0.15:
            grant = round(amount / _RATE.get(currency, 1.0) / 2, 2)
    elif kind == "staff_time":
        amount = 0.0 if random.random() < 0.4 else None
        hours = random.choice((8.0, 12.0, 16.0, 24.0, 37.5))
    link = random.choice(links)
    if random.random() < 0.08:
        link = f"VOUCHER-{partner.upper()}-{random.randrange(1, 60):04d}"
    return Investment(
        code=f"I-{partner.upper()}-{place + 1:03d}",
        enterprise=enterprise.key,
        partner=partner,
        day=_weekday(date(2022, 11, 2) + timedelta(days=random.randrange(690))),
        kind=kind,
        amount=amount,
        currency=currency,
        staff_hours=hours,
        employees=random.randrange(1, 9),
        link="none" if random.random() < 0.06 else link,
        grant=grant,
    )


def _weekday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))
