"""The people of the example: staff of clusters and of businesses, all invented.

Belongs here: who works where, under which name and e-mail. Does not belong here: what they
attended, how a partner spells them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from random import Random

from examples.generator.chance import chance
from examples.generator.facts import PARTNERS, Organisation, Person
from examples.generator.organisations import domain_label, in_latin

# Surnames are "example", "invented", "specimen" in the language, with endings nobody bears.
_STEMS = {
    "pl": ("Przykładz", "Wzorczyk", "Zmyślań", "Pozorzyk", "Nibylań", "Udawacz", "Fikcyjn"),
    "de": ("Beispiel", "Mustermax", "Platzhalter", "Erfunden", "Scheinbar", "Attrapp", "Probier"),
    "be": ("Voorbeeld", "Verzonnen", "Denkbeeld", "Bedenksel", "Proefstuk", "Nepnaam", "Schijnb"),
    "gr": ("Παραδειγμ", "Υποδειγμ", "Φανταστικ", "Πλασματ", "Δοκιμαστ", "Εικονικ", "Ψευδων"),
    "es": ("Ejempl", "Muestrar", "Fictici", "Imaginar", "Inventad", "Pruebar", "Supuest"),
    "fi": ("Esimerkki", "Mallika", "Keksitty", "Kuvitelma", "Näytela", "Tekaisu", "Kokeilu"),
}
_ENDINGS = {
    "pl": ("icki", "owiec", "ałko", "ewski", "iszczak", "uń", "omski", "eczko"),
    "de": ("mann", "hauser", "bergler", "inger", "stetter", "wieser", "kötter", "loher"),
    "be": ("mans", "aertsen", "inckx", "oven", "eghem", "stra", "poorter", "laere"),
    "gr": ("όπουλος", "ίδης", "άκης", "άτος", "έλλης", "ούδης", "ιάδης", "ώνης"),
    "es": ("ález", "era", "ondo", "uria", "azabal", "eño", "illar", "arza"),
    "fi": ("nen", "lainen", "koski", "mäki", "vaara", "niemi", "järvi", "salo"),
}
_GIVEN = {
    "pl": (("Zyta", "Bogna", "Jagna", "Dobrawa", "Mirka", "Łucja", "Święta", "Róża", "Wiesia",
            "Kinga", "Olga", "Ścibora"),
           ("Gniewko", "Mścisław", "Łukasz", "Ziemowit", "Wit", "Bożydar", "Jacek", "Lech",
            "Święcisz", "Roch", "Przemek", "Zenon")),
    "de": (("Max-Ilse", "Hedwig", "Grete", "Änne", "Rosalinde", "Ute", "Käthe", "Frieda", "Silke",
            "Gudrun", "Dörte", "Birte"),
           ("Max", "Gernot", "Ulf", "Jörg", "Kunibert", "Lutz", "Rüdiger", "Edgar", "Götz",
            "Sönke", "Volker", "Detlef")),
    "be": (("Godelieve", "Mieke", "Griet", "Veerle", "Hilde", "Lieve", "Noëlla", "Katrien", "Anke",
            "Roos", "Tine", "Joke"),
           ("Joris", "Wannes", "Bavo", "Lieven", "Koenraad", "Daan", "Pepijn", "Stijn", "Gijs",
            "Raf", "Seppe", "Tijl")),
    "gr": (("Ευγενία", "Καλλιόπη", "Ουρανία", "Ζωή", "Φωτεινή", "Ασπασία", "Χλόη", "Δανάη",
            "Ξένια", "Ρέα", "Θάλεια", "Μελίνα"),
           ("Δημήτρης", "Αχιλλέας", "Στέλιος", "Οδυσσέας", "Ηλίας", "Λεωνίδας", "Πάρις", "Ιάσων",
            "Φοίβος", "Θησέας", "Αίας", "Κίμων")),
    "es": (("Milagros", "Íñiga", "Remedios", "Nuria", "Begoña", "Ángela", "Candela", "Rocío",
            "Jimena", "Leonor", "Elvira", "Pilar"),
           ("Íñigo", "Gonzalo", "Aurelio", "Nicanor", "Álvaro", "Rufino", "Lope", "Fermín",
            "Ramiro", "Eloy", "Benigno", "Darío")),
    "fi": (("Äijä-Liisa", "Pirkko", "Aino", "Helmi", "Säde", "Tuulikki", "Vieno", "Marketta",
            "Lumi", "Impi", "Hilkka", "Irja"),
           ("Väinö", "Urho", "Taavetti", "Jorma", "Yrjö", "Kaarlo", "Sulo", "Reijo", "Tuomas",
            "Ahti", "Onni", "Pentti")),
}  # fmt: skip
_TITLES: dict[str, tuple[str, ...]] = {
    "pl": ("mgr inż.", "dr inż.", "mgr", "inż."),
    "de": ("Dr.", "Dr.-Ing.", "Prof. Dr."),
    "be": ("ir.", "dr."),
    "gr": ("Δρ",),
    "es": ("Dr.", "Dra."),
    "fi": ("",),
}
_STAFF_OF_CONSORTIUM = 11
_STAFF_OF_ASSOCIATED = 5
# Where the same name is worn by two people: (partner, employer of the first, of the second).
_HOMONYMS = (("pl", 0, 1), ("es", 2, 3))
# Where two colleagues bear one name and only their addresses tell them apart.
_NAMESAKES = "de-business-33"


def people(organisations: Iterable[Organisation]) -> tuple[Person, ...]:
    """All people, by partner country: cluster staff, then business workers, then others."""
    found: list[Person] = []
    every = tuple(organisations)
    for partner in PARTNERS:
        random = chance(f"people {partner}")
        names = _names(partner, random)
        local = [each for each in every if each.key.startswith(f"{partner}-")]
        for employer in local:
            for place in range(_staff_of(employer, random)):
                given, family, gender = next(names)
                found.append(_person(partner, employer, place, (given, family, gender), random))
    return _with_homonyms(found)


def _staff_of(employer: Organisation, random: Random) -> int:
    """How many people of an organisation take part in the project."""
    if employer.partner:
        return _STAFF_OF_CONSORTIUM
    if employer.kind == "cluster_organisation":
        return _STAFF_OF_ASSOCIATED
    if employer.kind != "business":
        return random.choice((0, 1, 2))
    return 1 if employer.self_employed else random.choice((0, 1, 1, 2, 2, 3, 4, 6))


def _person(
    partner: str,
    employer: Organisation,
    place: int,
    name: tuple[str, str, str],
    random: Random,
) -> Person:
    given, family, gender = name
    if partner == "gr" and random.random() < 0.3:
        # A Greek who writes in Latin letters everywhere, so that all registers agree.
        given, family = in_latin(given), in_latin(family)
        written_in, titles = frozenset(PARTNERS), _TITLES["es"][:1]
    else:
        written_in = frozenset({"gr"}) if partner == "gr" else frozenset(PARTNERS)
        titles = _TITLES[partner]
    address = f"{domain_label(given)}.{domain_label(family.split()[0])}@{employer.domain}.example"
    titled = random.random() < 0.12
    return Person(
        key=f"{employer.key}/{place}",
        given=given,
        family=family,
        gender=gender,
        employer=employer.key,
        category=_category(employer, place, random),
        country=employer.country,
        email=address if random.random() < 0.72 else None,
        title=random.choice(titles) if titled else "",
        written_in=written_in,
    )


def _category(employer: Organisation, place: int, random: Random) -> str:
    if employer.kind == "cluster_organisation":
        return "cluster_manager" if place in (0, 1, 2) else "cluster_staff"
    if employer.self_employed:
        return "self_employed"
    if employer.kind == "business":
        return "business_owner" if place == 0 and random.random() < 0.3 else "worker"
    return "student" if employer.kind == "higher_education" and place else "worker"


def _names(partner: str, random: Random) -> Iterator[tuple[str, str, str]]:
    """An endless supply of different names (given, family, gender), in a mixed order."""
    women, men = _GIVEN[partner]
    families = [a + b for a in _STEMS[partner] for b in _ENDINGS[partner]]
    whole = [(given, family, "f") for given in women for family in families]
    whole += [(given, family, "m") for given in men for family in families]
    random.shuffle(whole)
    if partner == "es":
        second = random.sample(families, len(families))
        whole = [
            (given, f"{family} {second[place % len(second)]}", gender)
            for place, (given, family, gender) in enumerate(whole)
            if family != second[place % len(second)]
        ]
    return iter([_declined(partner, name) for name in whole])


def _declined(partner: str, name: tuple[str, str, str]) -> tuple[str, str, str]:
    """The name with the surname's form for women where the language has one."""
    given, family, gender = name
    if gender == "f" and partner == "pl" and family.endswith("ki"):
        family = family[:-1] + "a"
    if gender == "f" and partner == "gr":
        for ending, woman in (("όπουλος", "οπούλου"), ("ίδης", "ίδου"), ("άδης", "άδου"),
                              ("άτος", "άτου")):  # fmt: skip
            if family.endswith(ending):
                family = family.removesuffix(ending) + woman
                break
    return given, family, gender


def _with_homonyms(found: Sequence[Person]) -> tuple[Person, ...]:
    """The same people, of whom some bear the name of somebody in another organisation."""
    people_by_key = {person.key: person for person in found}
    for partner, first, second in _HOMONYMS:
        employers = sorted(
            {p.employer for p in found if p.employer.startswith(f"{partner}-business")}
        )
        one = next(p for p in found if p.employer == employers[first])
        other = next(p for p in found if p.employer == employers[second])
        people_by_key[other.key] = replace(
            other, given=one.given, family=one.family, gender=one.gender, title="", email=None
        )
    colleague = next(
        p for p in found if p.key.startswith(_NAMESAKES) and p.key.endswith("/2") and p.email
    )
    namesake = people_by_key[colleague.key.replace("/2", "/1")]
    people_by_key[namesake.key] = replace(
        namesake,
        given=colleague.given,
        family=colleague.family,
        gender=colleague.gender,
        title=colleague.title,
        email=(colleague.email or "").replace("@", "2@"),
    )
    return tuple(people_by_key.values())
