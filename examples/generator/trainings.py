"""The trainings of the example and who was there.

Belongs here: which partner trained whom on which days, for how long. Does not belong here: which
register says so, and how.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from examples.generator.chance import chance
from examples.generator.facts import (
    PARTNERS,
    PROJECT_START,
    Attendance,
    Group,
    Organisation,
    Person,
    Training,
)

# topic → (objective, flags, audience)
_TOPICS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "resilience": ("4a", ("contingency_planning", "network_analysis"), ("cluster_managers",)),
    "portfolio": ("4a", ("talent",), ("cluster_managers", "cluster_staff")),
    "attracting": ("4a", ("talent",), ("cluster_managers", "cluster_staff")),
    "excellence": ("4a", ("other",), ("cluster_managers",)),
    "pact": ("4a", ("other",), ("cluster_managers", "cluster_staff")),
    "teamtools": ("4a", ("digital_skills",), ("cluster_staff",)),
    "digital": ("4b", ("digitalisation", "technology_uptake"), ("sme_workers",)),
    "basics": ("4b", ("digital_skills",), ("sme_workers",)),
    "robots": ("4b", ("technology_uptake",), ("sme_workers",)),
    "circular": ("4b", ("sustainable_business",), ("sme_workers", "business_owners")),
    "energy": ("4b", ("sustainable_business",), ("sme_workers", "business_owners")),
    "vision": ("4b", ("technology_uptake", "digitalisation"), ("sme_workers",)),
    "cyber": ("4b", ("digital_skills",), ("sme_workers", "business_owners")),
    "lean": ("4b", ("other",), ("sme_workers",)),
    "onboarding": ("both", ("talent",), ("cluster_staff", "business_owners")),
    "trainers": ("4b", ("technology_uptake",), ("trainers",)),
}
_OF_CLUSTERS = ("resilience", "portfolio", "attracting", "excellence", "pact", "teamtools")
_OF_ENTERPRISES = ("digital", "basics", "robots", "circular", "energy", "vision", "cyber", "lean")
# What each partner leads: c cluster training, e for enterprises, b for both; capital = joint.
_PLAN = {
    "pl": "CeEcBEeTcEEkeCe",
    "de": "cEEeCeEBecEkE",
    "be": "CEecEeEcEkC",
    "gr": "EcCEeeEcBe",
    "es": "cEeCEeEcEe",
    "fi": "CEecEEceB",
}
# Two that lie across the end of the first period: a course without a day list, and one with.
_ACROSS_COURSE = {"EC-DE-10": (date(2024, 2, 20), date(2024, 3, 10), 12.0)}
_ACROSS_DAYS = {"EC-BE-08": ((date(2024, 2, 28), 6.0), (date(2024, 3, 6), 6.0))}
_WITH_GROUP = {"EC-BE-01", "EC-GR-03"}
_CLOSED_DAYS = {(12, 24), (12, 25), (12, 26), (12, 31), (1, 1), (1, 6), (5, 1), (5, 3), (11, 1)}
_EASTER_MONDAYS = {date(2023, 4, 10), date(2023, 4, 17), date(2024, 4, 1), date(2024, 5, 6)}


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """The trainings, who attended them, and the groups that nobody listed by name."""

    trainings: tuple[Training, ...]
    attendances: tuple[Attendance, ...]
    groups: tuple[Group, ...]


def training_facts(
    organisations: Sequence[Organisation], people: Sequence[Person]
) -> TrainingFacts:
    """All trainings up to the reporting date, and those planned after it."""
    trainings = tuple(_trainings())
    attendances: list[Attendance] = []
    groups: list[Group] = []
    for training in trainings:
        if training.status == "delivered":
            random = chance(f"attendance {training.code}")
            attendances.extend(_attendances(training, people, random))
            groups.extend(_groups(training, organisations, random))
    return TrainingFacts(trainings, tuple(attendances), tuple(groups))


def _trainings() -> Iterable[Training]:
    """Per partner: what it led, evenly over 25 months, then one planned and one cancelled."""
    for partner in PARTNERS:
        random = chance(f"trainings {partner}")
        letters = _PLAN[partner]
        cascade_source = f"EC-{partner.upper()}-08" if "T" in letters else "EC-PL-08"
        editions: dict[str, int] = {}
        for place, letter in enumerate(letters + "ce"):
            number = place + 1
            topic = _topic(letter, place, random)
            editions[topic] = editions.get(topic, 0) + 1
            months = 1 + place * 23 // (len(letters) - 1)
            status = "delivered"
            if place >= len(letters):
                months, status = 26 + place - len(letters), "planned"
            elif letter == "e" and place == len(letters) // 2 and partner in ("de", "es", "gr"):
                status = "cancelled"
            co: tuple[str, ...] = ()
            if letter.isupper():
                others = [each for each in PARTNERS if each != partner]
                co = tuple(sorted(random.sample(others, random.choice((1, 1, 2)))))
            yield _training(
                f"EC-{partner.upper()}-{number:02d}",
                topic,
                editions[topic],
                _first_day(months, random),
                (partner, co),
                status,
                random,
                cascade_of=cascade_source if letter == "k" else None,
            )


def _topic(letter: str, place: int, random: Random) -> str:
    match letter.lower():
        case "c":
            return _OF_CLUSTERS[(place + random.randrange(2)) % len(_OF_CLUSTERS)]
        case "b":
            return "onboarding"
        case "t":
            return "trainers"
        case "k":
            return "robots"
        case _:
            return random.choice(_OF_ENTERPRISES)


def _training(
    code: str,
    topic: str,
    edition: int,
    start: date,
    partners: tuple[str, tuple[str, ...]],
    status: str,
    random: Random,
    cascade_of: str | None,
) -> Training:
    objective, flags, audience = _TOPICS[topic]
    form = random.choice(("in_person", "in_person", "online", "hybrid", "e_learning"))
    lead, co = partners
    if form == "e_learning":
        end = start + timedelta(days=random.choice((13, 20, 27)))
        hours = float(random.choice((6, 8, 12)))
        sessions: tuple[tuple[date, float], ...] = ()
    else:
        days = _session_days(start, random.choice((1, 1, 2, 2, 3)), random)
        sessions = tuple((day, random.choice((3.5, 4.0, 6.0, 7.5))) for day in days)
        end = sessions[-1][0]
        hours = sum(length for _, length in sessions)
    if code in _ACROSS_COURSE:
        start, end, hours = _ACROSS_COURSE[code]
        form, sessions = "e_learning", ()
    if code in _ACROSS_DAYS:
        form, sessions = "in_person", _ACROSS_DAYS[code]
        start, end, hours = sessions[0][0], sessions[-1][0], 12.0
    action = {"trainers": "4b.A4", "resilience": "4a.A3"}.get(topic)
    if "digital" in " ".join(flags) and objective == "4b":
        action = "4b.A5"
    return Training(
        code=code,
        topic=topic,
        edition=edition,
        objective=objective,
        audience=audience,
        flags=flags,
        form=form,
        start=start,
        end=end,
        sessions=sessions,
        planned_hours=hours,
        lead=lead,
        co=co,
        status=status,
        cascade_of=cascade_of,
        action=action,
    )


def _first_day(months: int, random: Random) -> date:
    """A working day about `months` months after the start of the project, never a closed day."""
    day = PROJECT_START + timedelta(days=months * 30 + random.randrange(14))
    return _working_day(day)


def _working_day(day: date) -> date:
    while day.weekday() >= 5 or (day.month, day.day) in _CLOSED_DAYS or day in _EASTER_MONDAYS:
        day += timedelta(days=1)
    return day


def _session_days(start: date, count: int, random: Random) -> list[date]:
    days = [start]
    while len(days) < count:
        days.append(_working_day(days[-1] + timedelta(days=random.choice((1, 2, 7)))))
    return days


def _attendances(
    training: Training, people: Sequence[Person], random: Random
) -> Iterable[Attendance]:
    """Participants, the trainer, and for cluster trainings a colleague who organises."""
    for person in _participants(training, people, random):
        missed = random.random() < 0.06
        if not training.sessions:
            done = not missed and random.random() < 0.9
            yield Attendance(
                training.code,
                person.key,
                None,
                "no" if missed else "yes" if done else "partial",
                None if missed else training.planned_hours if done else 2.0,
                completed=None if missed else done,
            )
            continue
        for day, hours in training.sessions:
            absent = missed or random.random() < 0.07
            left_early = not absent and random.random() < 0.06
            yield Attendance(
                training.code,
                person.key,
                day,
                "no" if absent else "partial" if left_early else "yes",
                0.0 if absent else 2.0 if left_early else hours,
            )
    yield from _those_who_helped(training, people, random)


def _those_who_helped(
    training: Training, people: Sequence[Person], random: Random
) -> Iterable[Attendance]:
    staff = [p for p in people if p.employer == f"{training.lead}-cluster"]
    day, hours = training.sessions[0] if training.sessions else (None, training.planned_hours)
    if random.random() < 0.6:
        trainer = staff[-1]
        yield Attendance(training.code, trainer.key, day, "yes", hours, role="trainer")
    if random.random() < 0.3:
        organiser = staff[-2]
        yield Attendance(training.code, organiser.key, day, "yes", hours, role="organiser")


def _participants(training: Training, people: Sequence[Person], random: Random) -> list[Person]:
    """Different people from the countries of the training's partners; some always come."""
    helpers = {f"{training.lead}-cluster/9", f"{training.lead}-cluster/10"}
    candidates = []
    for person in people:
        partner = person.key.split("-")[0]
        if partner not in training.partners or person.key in helpers:
            continue
        if partner != "gr" or "pl" in person.written_in or training.lead == "gr":
            candidates.append(person)
    cluster = [p for p in candidates if p.category.startswith("cluster")]
    working = [p for p in candidates if p.category in ("worker", "business_owner", "self_employed")]
    students = [p for p in candidates if p.category == "student"]
    many = random.randrange(11, 19)
    if training.objective == "4a":
        chosen = random.sample(cluster, min(many - 2, len(cluster)))
    elif training.objective == "both":
        chosen = random.sample(cluster, 5) + random.sample(working, many - 3)
    else:
        chosen = random.sample(working, min(many, len(working)))
        if students and random.random() < 0.4:
            chosen.append(random.choice(students))
        if random.random() < 0.25:
            chosen.append(random.choice(cluster))
    return sorted(chosen, key=lambda person: person.key)


def _groups(
    training: Training, organisations: Sequence[Organisation], random: Random
) -> Iterable[Group]:
    """Now and then a business or cluster sends a group that nobody listed by name."""
    if random.random() > 0.16 and training.code not in _WITH_GROUP:
        return
    cluster = training.objective == "4a"
    kind = "cluster_organisation" if cluster else "business"
    local = [
        each
        for each in organisations
        if each.kind == kind and each.key.startswith(f"{training.lead}-") and each.identified
    ]
    employer = random.choice([each for each in local if not each.self_employed])
    day, hours = training.sessions[0] if training.sessions else (None, training.planned_hours)
    yield Group(
        training.code,
        employer.key,
        day,
        hours,
        random.choice((4, 5, 6) if cluster else (6, 8, 12, 15)),
        "cluster_staff" if cluster else "worker",
    )
