"""Which partner wrote down what: exchanges, services, deliveries, investments, small registers.

Belongs here: who reports which of these facts, with which words and identifiers. Does not belong
here: organisations, trainings and attendance (`registers.py`), mistakes, files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import cast

from examples.generator.chance import chance
from examples.generator.facts import PROJECT, Organisation, Service
from examples.generator.programme import programme_rows
from examples.generator.rows import Row, Value
from examples.generator.spelling import organisation_id, organisation_name
from examples.generator.support import SERVICES, deliveries, investments
from examples.generator.world import World

_OTHER_PARTNERSHIP = "GreenForge"


def support_rows(happened: World) -> Iterable[Row]:
    """The rows of all registers but organisations, trainings and attendance."""
    yield from _exchange_rows(happened)
    yield from _service_rows()
    yield from _delivery_rows(happened)
    yield from _investment_rows(happened)
    yield from _programme_rows(happened)


def _exchange_rows(happened: World) -> Iterable[Row]:
    for exchange in happened.exchanges:
        visitor = happened.organisations[exchange.visitor]
        host = happened.organisations[exchange.host]
        for place, partner in enumerate(exchange.reporters):
            random = chance(f"register of exchanges {exchange.number} {partner}")
            own_number = place > 0 and exchange.host_number
            values: dict[str, Value] = {
                "exchange_id": exchange.host_number if own_number else exchange.number,
                **_organisation_cells("vo", visitor, partner, random),
                "vo_type": exchange.visitor_type,
                "vo_is_sme": exchange.visitor_sme,
                **_organisation_cells("ho", host, partner, random),
                "ho_type": exchange.host_type,
                "ho_is_sme": exchange.host_sme,
                "vo_partnership": PROJECT if exchange.ours else _OTHER_PARTNERSHIP,
                "mode": exchange.mode,
                "start_date": exchange.start,
                "end_date": exchange.end,
                "working_days": None if place else exchange.working_days,
                "visitors": exchange.visitors,
                "status": exchange.status,
                "closing_report_date": None if place else exchange.report,
                "validated_date": None if place else exchange.validated,
                "lump_sum_eur": None if place else exchange.lump_sum,
                "evidence_ref": f"{partner.upper()}/CXC/{exchange.number}" if place == 0 else None,
            }
            yield Row(
                f"exchanges/{partner}/{exchange.number}",
                partner,
                "exchanges",
                values,
                {"vo": (visitor.key,), "ho": (host.key,)},
            )


def _organisation_cells(
    word: str, organisation: Organisation, partner: str, random: Random
) -> dict[str, Value]:
    """Name, country and identifier of a visiting or a host organisation."""
    return {
        f"{word}_name": organisation_name(organisation, partner, random),
        f"{word}_country": organisation.country,
        f"{word}_id": organisation_id(organisation, partner, random),
    }


def _service_rows() -> Iterable[Row]:
    """The first provider lists a service; every second service its other providers too."""
    for number, service in enumerate(SERVICES):
        for place, partner in enumerate(service.providers):
            if place == 0 or number % 2 == 0:
                yield Row(
                    f"services/{partner}/{service.code}",
                    partner,
                    "services",
                    _service_values(service, partner),
                )


def _service_values(service: Service, partner: str) -> dict[str, Value]:
    return {
        "service_id": service.code,
        "title": service.title,
        "category": service.category,
        "objective": service.objective,
        "providers": service.providers,
        "target_group": service.targets,
        "status": service.status,
        "approved_date": None,
        "first_offered_date": service.offered,
        "retired_date": service.retired,
        "action_code": service.action,
        "version": "1",
        "evidence_ref": f"{partner.upper()}/{service.code}",
    }


def _delivery_rows(happened: World) -> Iterable[Row]:
    for delivery in deliveries(tuple(happened.organisations.values())):
        random = chance(f"register of deliveries {delivery.code}")
        recipient = happened.organisations[delivery.recipient]
        values: dict[str, Value] = {
            "delivery_id": delivery.code,
            "service_id": delivery.service,
            "recipient": organisation_name(recipient, delivery.partner, random),
            "recipient_country": recipient.country,
            "recipient_id": organisation_id(recipient, delivery.partner, random),
            "partner": delivery.partner,
            "delivered_on": delivery.day,
            "status": delivery.status,
            "directness": delivery.directness,
            "hours": delivery.hours,
            "value_eur": delivery.value,
            "evidence_ref": f"{delivery.code}.pdf" if random.random() < 0.85 else None,
        }
        yield Row(
            f"service_deliveries/{delivery.partner}/{delivery.code}",
            delivery.partner,
            "service_deliveries",
            values,
            {"recipient": (recipient.key,)},
        )


def _investment_rows(happened: World) -> Iterable[Row]:
    trainings = happened.training_facts.trainings
    for investment in investments(tuple(happened.organisations.values()), trainings):
        random = chance(f"register of investments {investment.code}")
        enterprise = happened.organisations[investment.enterprise]
        values: dict[str, Value] = {
            "investment_id": investment.code,
            "sme": organisation_name(enterprise, investment.partner, random),
            "sme_country": enterprise.country,
            "sme_id": organisation_id(enterprise, investment.partner, random),
            "investment_date": investment.day,
            "kind": investment.kind,
            "amount": investment.amount,
            "currency": investment.currency,
            "staff_hours": investment.staff_hours,
            "employees_concerned": investment.employees,
            "project_link": investment.link,
            "grant_received_eur": investment.grant,
            "evidence_ref": f"{investment.code}.pdf" if random.random() < 0.8 else None,
        }
        yield Row(
            f"sme_investments/{investment.partner}/{investment.code}",
            investment.partner,
            "sme_investments",
            values,
            {"sme": (enterprise.key,)},
        )


def _programme_rows(happened: World) -> Iterable[Row]:
    """The small registers, with organisations as their partner writes them."""
    for row in programme_rows():
        random = chance(f"small registers {row.key}")
        if row.register == "training_plans":
            keys = cast("tuple[str, ...]", row.values["beneficiary_orgs"])
            names = tuple(_beneficiary(happened.organisations[k], row.partner) for k in keys)
            row = replace(row.meaning("beneficiary_orgs", names), links={"beneficiaries": keys})
        if row.register == "label_applications":
            key = str(row.values["cluster_org"])
            cluster = happened.organisations[key]
            row = replace(
                row,
                values={
                    **row.values,
                    "cluster_org": organisation_name(cluster, row.partner, random),
                    "cluster_org_country": cluster.country,
                    "cluster_org_id": organisation_id(cluster, row.partner, random),
                },
                links={"cluster": (key,)},
            )
        yield row


def _beneficiary(organisation: Organisation, partner: str) -> str:
    """Poland writes names, Greece and Germany numbers where they can."""
    if partner == "pl" and organisation.country != "GR":
        return organisation.latin_name
    return organisation.vat or organisation.latin_name
