"""Which partner wrote down what, before any mistake; here organisations, trainings, attendance.

Belongs here: who reports which fact, with which words and identifiers. Does not belong here: the
other registers (`registers_of_support.py`), mistakes, files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from random import Random

from examples.generator.chance import chance
from examples.generator.facts import PARTNERS, Attendance, Group, Organisation, SmeFacts
from examples.generator.languages import language_of
from examples.generator.registers_of_support import support_rows
from examples.generator.rows import Row, Value
from examples.generator.spelling import organisation_id, organisation_name, person_cells
from examples.generator.world import World

# The Spanish list of attendance has not been renewed since the end of July.
_LAST_SPANISH_DAY = date(2024, 7, 31)
# Both workers of this business use the workshop's address.
SHARED_ADDRESS = "be-business-14"


def written_rows(happened: World) -> tuple[Row, ...]:
    """Every row of every partner, as written on a good day."""
    rows = [
        *_organisation_rows(happened),
        *_training_rows(happened),
        *_attendance_rows(happened),
        *support_rows(happened),
    ]
    return tuple(row.kept() for row in rows if row.register in language_of(row.partner).headers)


def _organisation_rows(happened: World) -> Iterable[Row]:
    """Each partner lists the organisations of its country, and some that it serves abroad."""
    for partner in PARTNERS:
        random = chance(f"register of organisations {partner}")
        at_home = [o for o in happened.organisations.values() if o.key.startswith(f"{partner}-")]
        abroad = [
            o
            for o in happened.organisations.values()
            if o.kind == "business"
            and o.key.endswith(("-01", "-02", "-03"))
            and o.vat
            and o not in at_home
        ]
        listed = at_home + sorted(random.sample(abroad, 6), key=lambda o: o.key)
        for place, organisation in enumerate(listed):
            facts = organisation.sme
            if facts and organisation not in at_home:
                facts = SmeFacts(declared=random.choice(("unknown", facts.declared)))
            yield _organisation_row(happened, partner, place, organisation, facts)


def _organisation_row(
    happened: World,
    partner: str,
    place: int,
    organisation: Organisation,
    facts: SmeFacts | None,
) -> Row:
    cluster = happened.organisations[organisation.member_of] if organisation.member_of else None
    home = organisation.key.startswith(f"{partner}-")
    known = facts or SmeFacts()
    values: dict[str, Value] = {
        "record_id": f"{partner.upper()}-{place + 1:03d}",
        "legal_name": organisation.name if home else organisation.latin_name,
        "country": organisation.country,
        "vat_no": organisation.vat,
        "euid": organisation.euid if home else None,
        "reg_no": organisation.register_number if home else None,
        "reg_scheme": organisation.register_scheme if home else None,
        "pic": organisation.pic,
        "eccp_url": organisation.profile,
        "org_type": organisation.kind,
        "consortium_partner": organisation.partner is not None,
        "cluster_member_of": (cluster.name if home else cluster.latin_name) if cluster else None,
        "self_employed": organisation.self_employed,
        "nuts": organisation.nuts,
        "nace": organisation.nace,
        "headcount_awu": known.headcount,
        "turnover_eur": known.turnover,
        "balance_sheet_eur": known.balance,
        "fiscal_year": known.year,
        "autonomy": known.autonomy,
        "public_control_25": known.public_control,
        "sme_declared": known.declared,
        "sme_evidence": known.evidence,
        "sme_valid_from": known.valid_from,
        "sme_valid_to": known.valid_to,
        "+remarks": None,
    }
    return Row(
        f"organisations/{partner}/{place:03d}",
        partner,
        "organisations",
        values,
        {"organisation": (organisation.key,)},
    )


def _training_rows(happened: World) -> Iterable[Row]:
    """The lead partner lists a training, and so do its co-partners, each in its language."""
    for training in happened.trainings.values():
        for partner in training.partners:
            language = language_of(partner)
            title = language.word("topic", training.topic)
            if training.edition > 1:
                title = f"{title} – {language.word('edition', 'edition')} {training.edition}"
            values: dict[str, Value] = {
                "training_id": training.code,
                "title": title,
                "objective": training.objective,
                "audience": training.audience,
                "topic_flags": training.flags,
                "format": training.form,
                "start_date": training.start,
                "end_date": training.end,
                "planned_hours": training.planned_hours,
                "lead_partner": training.lead,
                "co_partners": training.co or None,
                "status": training.status,
                "action_code": training.action,
                "cascade_of": training.cascade_of,
                "country": happened.organisations[f"{training.lead}-cluster"].country,
                "evidence_ref": (
                    f"{partner.upper()}/{training.code}" if training.status == "delivered" else None
                ),
            }
            yield Row(f"trainings/{partner}/{training.code}", partner, "trainings", values)


def _attendance_rows(happened: World) -> Iterable[Row]:
    """Attendance by training: the lead lists all, or each partner its own, or both do."""
    facts = happened.training_facts
    for training in facts.trainings:
        random = chance(f"register of attendance {training.code}")
        manner = random.choices(("lead", "both", "own"), (50, 30, 20))[0]
        as_course = random.random() < 0.25 and training.code not in ("EC-BE-08",)
        present = [a for a in facts.attendances if a.training == training.code]
        groups = [g for g in facts.groups if g.training == training.code]
        for partner in training.partners:
            own = [a for a in present if a.person.startswith(f"{partner}-")]
            lead = partner == training.lead
            listed = present if lead and manner != "own" else own
            if not lead and manner == "lead":
                continue
            if not lead and manner == "both" and as_course and training.sessions:
                listed = _as_course(listed)
            for place, attendance in enumerate(listed):
                if partner == "es" and (attendance.day or training.end) > _LAST_SPANISH_DAY:
                    continue
                yield _attendance_row(happened, partner, place, attendance, random)
            for place, group in enumerate(groups if lead else ()):
                if partner != "es" or training.end <= _LAST_SPANISH_DAY:
                    yield _group_row(happened, partner, place, group, random)


def _as_course(attendances: Sequence[Attendance]) -> list[Attendance]:
    """One row per person and role for the whole training instead of one per day."""
    found: dict[tuple[str, str], list[Attendance]] = {}
    for attendance in attendances:
        found.setdefault((attendance.person, attendance.role), []).append(attendance)
    return [
        replace(
            days[0],
            day=None,
            attended="yes" if any(day.attended != "no" for day in days) else "no",
            hours=sum(day.hours or 0.0 for day in days) or None,
        )
        for days in found.values()
    ]


def _attendance_row(
    happened: World, partner: str, place: int, attendance: Attendance, random: Random
) -> Row:
    person = happened.people[attendance.person]
    employer = happened.organisations[person.employer]
    role: str | None = attendance.role
    if role == "participant" and random.random() < 0.3:
        role = None
    values: dict[str, Value] = {
        "record_id": f"{attendance.training[3:]}/{place + 1:03d}",
        "training_id": attendance.training,
        "session_date": attendance.day,
        **person_cells(person, employer, partner, random),
        "employer_name": organisation_name(employer, partner, random),
        "employer_id": organisation_id(employer, partner, random),
        "employer_country": employer.country,
        "person_category": person.category,
        "role": role,
        "attended": attendance.attended,
        "hours": attendance.hours,
        "completed": attendance.completed,
        "gender": person.gender,
        "headcount": 1 if random.random() < 0.1 else None,
        "evidence_ref": _attendance_list(partner, attendance.training),
    }
    if person.employer == SHARED_ADDRESS:
        values["email"] = f"werkplaats@{employer.domain}.example"
    return Row(
        f"attendance/{partner}/{attendance.training}/{place:03d}",
        partner,
        "attendance",
        values,
        {"person": (person.key,), "employer": (employer.key,)},
    )


def _group_row(happened: World, partner: str, place: int, group: Group, random: Random) -> Row:
    employer = happened.organisations[group.employer]
    values: dict[str, Value] = {
        "record_id": f"{group.training[3:]}/G{place + 1:02d}",
        "training_id": group.training,
        "session_date": group.day,
        "person_name": None,
        "employer_name": organisation_name(employer, partner, random),
        "employer_id": organisation_id(employer, partner, random),
        "employer_country": employer.country,
        "person_category": group.category,
        "role": "participant",
        "attended": "yes",
        "hours": group.hours,
        "headcount": group.headcount,
        "evidence_ref": _attendance_list(partner, group.training),
    }
    return Row(
        f"attendance/{partner}/{group.training}/group-{place}",
        partner,
        "attendance",
        values,
        {"employer": (employer.key,)},
    )


def _attendance_list(partner: str, training: str) -> str | None:
    """Where the signed list of a training lies; of a few trainings nobody filed it."""
    if chance(f"signed list {partner} {training}").random() < 0.06:
        return None
    return f"{partner.upper()}/{training}/list.pdf"
