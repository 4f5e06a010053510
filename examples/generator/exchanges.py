"""The exchanges of the example: who stayed where, and how it ended.

Belongs here: stays of visiting organisations at hosts, the hosts abroad that no partner knows
otherwise. Does not belong here: which register has which row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from random import Random

from examples.generator.chance import chance
from examples.generator.facts import Exchange, Organisation
from examples.generator.identifiers import vat_number

# Mondays of weeks without a public holiday in any country of the example.
_QUIET_WEEKS = tuple(
    date.fromisoformat(day)
    for day in (
        "2023-01-16 2023-01-23 2023-02-06 2023-02-13 2023-03-06 2023-03-13 2023-03-20 2023-03-27 "
        "2023-04-24 2023-05-22 2023-06-12 2023-06-26 2023-07-10 2023-07-24 2023-08-21 2023-08-28 "
        "2023-09-04 2023-09-11 2023-09-18 2023-10-16 2023-11-06 2023-11-20 2023-11-27 2023-12-11 "
        "2024-01-15 2024-01-22 2024-02-05 2024-02-12 2024-02-19 2024-02-26 2024-03-04 2024-03-11 "
        "2024-04-08 2024-04-15 2024-04-22 2024-05-13 2024-06-03 2024-06-10 2024-07-08 2024-07-22 "
        "2024-08-19 2024-08-26 2024-09-02 2024-09-09 2024-09-16 2024-09-30"
    ).split()
)
_ABROAD = (
    ("IT", "Cluster Metallurgico Valferrata", "cluster_organisation", "valferrata"),
    ("IT", "Officine Tornivalle S.r.l.", "business", "tornivalle"),
    ("FR", "Pôle Mécanique Ferrandeau", "cluster_organisation", "ferrandeau"),
    ("FR", "Ateliers Limoraine SARL", "business", "limoraine"),
    ("CZ", "Klastr Strojírenství Kovohrad", "cluster_organisation", "kovohrad"),
    ("PT", "Metalúrgica Serraferro Lda", "business", "serraferro"),
    ("SE", "Verkstadsklustret Stålvinge", "cluster_organisation", "stalvinge"),
    ("AT", "Lehrwerkstatt Erzbrunn GmbH", "training_provider", "erzbrunn"),
    ("CH", "Präzisionscluster Uhrenfels", "cluster_organisation", "uhrenfels"),
)
_HOST_TYPE = {
    "cluster_organisation": "cluster",
    "business_network": "cluster",
    "scaling_up_support": "scaling_up",
    "training_provider": "training_provider",
    "public_authority": "public_authority",
    "research": "research",
    "higher_education": "higher_education",
    "vet_provider": "vet_provider",
}
# The pairs of the stays that went well: what the visitor is, what the host is.
_GOOD_PAIRS = (
    "verified:cluster declared:verified cluster:research declared:cluster verified:large "
    "unknown:cluster declared:school cluster:declared verified:abroad declared:cluster "
    "scaling:cluster cluster:verified declared:abroad cluster:large unknown:school "
    "verified:declared declared:large cluster:abroad cluster:school verified:cluster "
    "unknown:abroad declared:research cluster:cluster declared:verified cluster:public "
    "verified:abroad cluster:large declared:cluster verified:verified declared:research "
    "cluster:verified declared:school verified:cluster"
).split()
_ALSO_BY_HOST = {1, 3, 7, 11, 15, 19, 23, 26}
_ALSO_BY_HOST_UNDER_OWN_NUMBER = {5, 9, 17}


def organisations_abroad() -> tuple[Organisation, ...]:
    """Hosts and visitors in other countries, in no partner's list of organisations."""
    random = chance("organisations abroad")
    return tuple(
        Organisation(
            key=f"abroad-{place}",
            name=name,
            latin_name=name,
            country=country,
            kind=kind,
            domain=domain,
            vat=None if country == "CH" else vat_number(country, random),
        )
        for place, (country, name, kind, domain) in enumerate(_ABROAD)
    )


def size_known(organisation: Organisation) -> str:
    """verified, declared, unknown or large: what the register says of a business's size."""
    facts = organisation.sme
    if facts is None or facts.declared in (None, "unknown"):
        return "unknown"
    if facts.declared == "not_sme":
        return "large"
    figures = facts.headcount is not None and facts.turnover is not None
    proved = facts.evidence in ("accounts", "public_register", "sme_wizard", "agency_validation")
    return "verified" if figures and proved else "declared"


def exchanges(organisations: Sequence[Organisation]) -> tuple[Exchange, ...]:
    """All exchanges, numbered in the order of their start."""
    random = chance("exchanges")
    abroad = organisations_abroad()
    visitors = _pools(organisations, (), random)
    hosts = _pools(organisations, abroad, random)
    stays = [*_good(visitors, hosts, random), *_special(visitors, hosts, abroad, random)]
    stays.sort(key=lambda stay: (stay.start, stay.visitor, stay.host))
    return tuple(
        _numbered(stay, f"CXC-{stay.start:%y}-{place * 7 + 113:04d}")
        for place, stay in enumerate(stays)
    )


def _numbered(stay: Exchange, number: str) -> Exchange:
    fields = {name: getattr(stay, name) for name in Exchange.__slots__}
    return Exchange(**{**fields, "number": number})


def _pools(
    organisations: Sequence[Organisation], abroad: Sequence[Organisation], random: Random
) -> dict[str, Iterator[Organisation]]:
    """Organisations of each sort, mixed; a visitor is drawn once."""
    sorts: dict[str, list[Organisation]] = {}
    for each in organisations:
        if each.kind == "business":
            if each.identified and not each.self_employed:
                sorts.setdefault(size_known(each), []).append(each)
        elif each.kind in ("higher_education", "vet_provider", "training_provider"):
            sorts.setdefault("school", []).append(each)
        else:
            sort = {
                "cluster_organisation": "cluster",
                "business_network": "network",
                "scaling_up_support": "scaling",
                "research": "research",
                "public_authority": "public",
            }[each.kind]
            sorts.setdefault(sort, []).append(each)
    sorts["abroad"] = [each for each in abroad if each.country != "CH"]
    for found in sorts.values():
        random.shuffle(found)
    return {sort: _again_and_again(found) for sort, found in sorts.items()}


def _again_and_again(found: Sequence[Organisation]) -> Iterator[Organisation]:
    while True:
        yield from found


def _good(
    visitors: dict[str, Iterator[Organisation]],
    hosts: dict[str, Iterator[Organisation]],
    random: Random,
) -> Iterable[Exchange]:
    weeks = sorted(random.sample(_QUIET_WEEKS[:-2], len(_GOOD_PAIRS)))
    for place, (pair, monday) in enumerate(zip(_GOOD_PAIRS, weeks, strict=True)):
        visitor_sort, host_sort = pair.split(":")
        visitor = next(visitors[visitor_sort])
        host = _host_elsewhere(visitor, hosts[host_sort])
        days = random.choice((3, 3, 4, 5, 5))
        end = monday + timedelta(days=days - 1)
        report = end + timedelta(days=random.randrange(5, 15))
        reporters = [_partner_of(visitor)]
        own_number = None
        both = place in _ALSO_BY_HOST or place in _ALSO_BY_HOST_UNDER_OWN_NUMBER
        if both and _partner_of(host):
            reporters.append(_partner_of(host))
            if place in _ALSO_BY_HOST_UNDER_OWN_NUMBER:
                own_number = f"{_partner_of(host).upper()}-HOST-{place:02d}"
        yield _stay(
            visitor,
            host,
            (monday, end),
            reporters=tuple(reporters),
            visitors=random.choice((1, 1, 2, 3)),
            working_days=days if random.random() < 0.7 else None,
            lump_sum=780.0 if days == 5 else 390.0,
            report=report,
            validated=min(report + timedelta(days=random.randrange(5, 30)), date(2024, 10, 10)),
            host_number=own_number,
        )


def _special(
    visitors: dict[str, Iterator[Organisation]],
    hosts: dict[str, Iterator[Organisation]],
    abroad: Sequence[Organisation],
    random: Random,
) -> Iterable[Exchange]:
    """The stays that do not count, do not count yet, or only just count."""

    def drawn(visitor_sort: str, host_sort: str) -> tuple[Organisation, Organisation]:
        visitor = next(visitors[visitor_sort])
        return visitor, _host_elsewhere(visitor, hosts[host_sort])

    # Completed, with the closing report not yet validated.
    for pair, day, report in (
        ("declared:cluster", date(2024, 6, 10), date(2024, 7, 1)),
        ("cluster:verified", date(2024, 7, 22), date(2024, 8, 12)),
        ("verified:cluster", date(2024, 9, 2), None),
        ("declared:school", date(2024, 9, 9), date(2024, 9, 30)),
        ("cluster:abroad", date(2024, 9, 16), None),
    ):
        visitor, host = drawn(*pair.split(":"))
        yield _stay(visitor, host, (day, day + timedelta(days=3)), report=report)
    # Not yet, or never.
    for pair, day, status in (
        ("declared:cluster", date(2024, 11, 4), "committed"),
        ("verified:large", date(2024, 11, 18), "matched"),
        ("cluster:cluster", date(2025, 1, 20), "planned"),
        ("declared:verified", date(2023, 5, 22), "cancelled"),
        ("cluster:school", date(2024, 3, 11), "cancelled"),
    ):
        visitor, host = drawn(*pair.split(":"))
        yield _stay(visitor, host, (day, day + timedelta(days=4)), status=status)
    # Broken off: after three working days, and after one.
    for pair, days in (("verified:cluster", 2), ("declared:cluster", 0)):
        visitor, host = drawn(*pair.split(":"))
        start = date(2023, 10, 16)
        yield _stay(
            visitor,
            host,
            (start, start + timedelta(days=days)),
            status="interrupted",
            report=date(2023, 11, 6),
            validated=date(2023, 11, 20),
        )
    # Two days; and four days of which two are public holidays in Poland.
    visitor, host = drawn("declared", "verified")
    yield _finished(visitor, host, (date(2023, 3, 14), date(2023, 3, 15)))
    polish = next(each for each in organisations_of(hosts["cluster"], "PL"))
    visitor = next(each for each in organisations_of(visitors["declared"], "FI"))
    yield _finished(visitor, polish, (date(2024, 4, 30), date(2024, 5, 3)))
    # Six weeks; on a screen; half on a screen.
    visitor, host = drawn("declared", "large")
    yield _finished(visitor, host, (date(2023, 9, 4), date(2023, 10, 13)))
    visitor, host = drawn("cluster", "cluster")
    yield _finished(visitor, host, (date(2022, 11, 14), date(2022, 11, 18)), mode="virtual")
    visitor, host = drawn("declared", "cluster")
    yield _finished(visitor, host, (date(2023, 2, 13), date(2023, 2, 17)), mode="hybrid")
    # Visitors of another partnership, whom our partners hosted.
    for place, partner_country in ((0, "BE"), (2, "ES")):
        visitor = abroad[place]
        host = next(each for each in organisations_of(hosts["cluster"], partner_country))
        yield _finished(visitor, host, (date(2023, 11, 20), date(2023, 11, 24)), ours=False)
    # A host in a country outside the programme, and a visitor of a sort that may not travel.
    visitor, _ = drawn("cluster", "cluster")
    yield _finished(visitor, abroad[8], (date(2024, 2, 5), date(2024, 2, 9)))
    visitor = next(visitors["public"])
    host = _host_elsewhere(visitor, hosts["cluster"])
    yield _finished(visitor, host, (date(2024, 4, 15), date(2024, 4, 18)))
    # Visitors who have been abroad already: the first of two visits counts.
    for first, second in (
        (date(2023, 1, 23), date(2024, 2, 12)),
        (date(2023, 6, 26), date(2024, 8, 26)),
    ):
        visitor, host = drawn("declared", "cluster")
        yield _finished(visitor, host, (first, first + timedelta(days=4)))
        again = _host_elsewhere(visitor, hosts["verified"])
        yield _finished(visitor, again, (second, second + timedelta(days=2)))


def organisations_of(pool: Iterator[Organisation], country: str) -> Iterator[Organisation]:
    """The organisations of the pool that are in `country`, in the pool's order."""
    return (each for each in pool if each.country == country)


def _finished(
    visitor: Organisation,
    host: Organisation,
    days: tuple[date, date],
    *,
    ours: bool = True,
    mode: str = "physical",
) -> Exchange:
    return _stay(
        visitor,
        host,
        days,
        ours=ours,
        mode=mode,
        report=days[1] + timedelta(days=9),
        validated=days[1] + timedelta(days=21),
    )


def _stay(
    visitor: Organisation,
    host: Organisation,
    days: tuple[date, date],
    *,
    reporters: tuple[str, ...] = (),
    status: str = "completed",
    ours: bool = True,
    mode: str = "physical",
    visitors: int = 1,
    working_days: int | None = None,
    lump_sum: float | None = 390.0,
    report: date | None = None,
    validated: date | None = None,
    host_number: str | None = None,
) -> Exchange:
    return Exchange(
        number="",
        visitor=visitor.key,
        host=host.key,
        visitor_type=_visitor_type(visitor),
        host_type=_host_type(host),
        visitor_sme=_is_sme(visitor),
        host_sme=_is_sme(host),
        ours=ours,
        mode=mode,
        start=days[0],
        end=days[1],
        status=status,
        visitors=visitors,
        working_days=working_days,
        lump_sum=lump_sum if status in ("completed", "interrupted") else None,
        report=report,
        validated=validated,
        reporters=reporters or (_partner_of(visitor) or _partner_of(host),),
        host_number=host_number,
    )


def _host_elsewhere(visitor: Organisation, hosts: Iterator[Organisation]) -> Organisation:
    return next(host for host in hosts if host.country != visitor.country)


def _partner_of(organisation: Organisation) -> str:
    partner = organisation.key.split("-")[0]
    return "" if partner == "abroad" else partner


def _visitor_type(organisation: Organisation) -> str:
    if organisation.kind == "business":
        return "sme"
    found = _HOST_TYPE[organisation.kind]
    return found if found in ("cluster", "scaling_up") else "other"


def _host_type(organisation: Organisation) -> str:
    if organisation.kind == "business":
        return "large_company" if size_known(organisation) == "large" else "sme"
    return _HOST_TYPE[organisation.kind]


def _is_sme(organisation: Organisation) -> str:
    if organisation.kind != "business":
        return "no"
    if organisation.key.startswith("abroad"):
        return "yes"
    return {"large": "no", "unknown": "unknown"}.get(size_known(organisation), "yes")
