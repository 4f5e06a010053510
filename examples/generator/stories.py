"""What makes partners' registers disagree without anybody being careless.

Belongs here: an enterprise that outgrew the ceilings, partners who know different things, a host
who has not heard the end, somebody who changed employers. Does not belong here: mistakes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from examples.generator.exchanges import size_known
from examples.generator.rows import Row, Value
from examples.generator.world import World

_OUTGROWN = "es-business-19"


def with_stories(happened: World, rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows, of which a dozen now tell something that another row contradicts."""
    told = {row.key: row for row in rows}
    for change in (
        _outgrown(rows),
        _sizes(happened, rows),
        _unheard_end(happened, rows),
        _outdated_plan(rows),
        _changed_employer(happened, rows),
    ):
        told.update({row.key: row for row in change})
    return tuple(told.values())


def _outgrown(rows: Sequence[Row]) -> Iterable[Row]:
    """An SME until the end of 2023, which invested before and after."""
    entry = next(
        row
        for row in rows
        if row.register == "organisations" and row.links["organisation"] == (_OUTGROWN,)
        and row.partner == "es"
    )  # fmt: skip
    declared: dict[str, Value] = {"sme_declared": "sme", "sme_evidence": "self_declaration"}
    yield replace(
        entry,
        values={
            **entry.values,
            **declared,
            "sme_valid_from": date(2021, 1, 1),
            "sme_valid_to": date(2023, 12, 31),
        },
    )
    yield replace(
        entry,
        key=f"{entry.key}-later",
        values={
            **entry.values,
            "record_id": "ES-090",
            "sme_declared": "not_sme",
            "sme_evidence": "none",
            "sme_valid_from": date(2024, 1, 1),
        },
    )
    invested = [
        row
        for row in rows
        if row.register == "sme_investments" and row.links["sme"] == (_OUTGROWN,)
    ]
    later = max(invested, key=lambda row: str(row.values["investment_date"]))
    yield replace(
        later,
        values={
            **later.values,
            "investment_date": date(2024, 5, 15),
            "kind": "own_training_budget",
            "amount": 1800.0,
            "project_link": "EC-ES-05",
        },
    )


def _sizes(happened: World, rows: Sequence[Row]) -> Iterable[Row]:
    """Declarations against figures, public owners, figures in millions, partners who differ."""
    travelling = {e.visitor for e in happened.exchanges} | {e.host for e in happened.exchanges}
    active = {key for row in rows for keys in row.links.values() for key in keys
              if row.register in ("sme_investments", "service_deliveries")}  # fmt: skip

    def entries(partner: str, size: str, *, home: bool = True) -> Iterable[Row]:
        for row in rows:
            if row.register != "organisations" or row.partner != partner:
                continue
            (key,) = row.links["organisation"]
            organisation = happened.organisations[key]
            if organisation.kind == "business" and key in active and key not in travelling:
                at_home = key.startswith(f"{partner}-")
                if at_home is home and size_known(organisation) == size:
                    yield row

    yield next(iter(entries("de", "large"))).meaning("sme_declared", "sme")
    yield next(iter(entries("pl", "verified"))).meaning("public_control_25", value=True)
    small = next(
        row for row in entries("fi", "verified") if float(str(row.values["headcount_awu"])) >= 10
    )
    yield replace(
        small,
        values={
            **small.values,
            "turnover_eur": float(str(small.values["turnover_eur"])) / 1_000_000,
            "balance_sheet_eur": float(str(small.values["balance_sheet_eur"])) / 1_000_000,
        },
    )
    differing = next(
        row
        for partner in ("de", "be", "gr", "fi", "es", "pl")
        for row in entries(partner, "verified", home=False)
    )
    yield differing.meaning("sme_declared", "not_sme")


def _unheard_end(happened: World, rows: Sequence[Row]) -> Iterable[Row]:
    """The host still believes that a stay of a partner's own cluster is only agreed."""
    for exchange in happened.exchanges:
        visitor = happened.organisations[exchange.visitor]
        if visitor.partner and len(exchange.reporters) == 2 and exchange.validated:
            key = f"exchanges/{exchange.reporters[1]}/{exchange.number}"
            yield next(row for row in rows if row.key == key).meaning("status", "committed")
            return


def _outdated_plan(rows: Sequence[Row]) -> Iterable[Row]:
    """A co-partner never noted that a training took place."""
    yield next(
        row
        for row in rows
        if row.register == "trainings"
        and row.values["status"] == "delivered"
        and row.partner != row.values["lead_partner"]
        and row.partner == "be"
    ).meaning("status", "planned")


def _changed_employer(happened: World, rows: Sequence[Row]) -> Iterable[Row]:
    """Somebody who went from one business to another and kept a private address."""
    attended = [row for row in rows if row.register == "attendance" and "person" in row.links]
    trainings = Counter(
        person for person, _ in {(r.links["person"][0], r.values["training_id"]) for r in attended}
    )
    mover = next(
        person.key
        for person in happened.people.values()
        if person.key.startswith("fi-business") and person.category == "worker"
        and trainings[person.key] >= 3
        and {row.partner for row in attended if row.links["person"] == (person.key,)} == {"fi"}
    )  # fmt: skip
    own = [row for row in attended if row.links["person"] == (mover,)]
    last = max(str(row.values["training_id"]) for row in own)
    old, new = happened.people[mover].employer, "fi-business-12"
    if old == new:
        raise ValueError("the person who changes employers already works there")
    for row in own:
        values: Mapping[str, Value] = {**row.values, "email": _private_address(happened, mover)}
        links = row.links
        if row.values["training_id"] == last:
            organisation = happened.organisations[new]
            values = {
                **values,
                "employer_name": organisation.name,
                "employer_id": organisation.vat,
            }
            links = {**links, "employer": (new,)}
        yield replace(row, values=values, links=links)


def _private_address(happened: World, person: str) -> str:
    known = happened.people[person]
    place = known.family.lower().translate(str.maketrans("äö", "ao"))
    return f"{place}.oma@posti.example"
