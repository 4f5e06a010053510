"""The organisations of the example: clusters, businesses, schools, authorities.

Belongs here: who exists, with which identifiers and of which size. Does not belong here: which
partner lists whom (`registers.py`), how it is spelled.
"""

from __future__ import annotations

from datetime import date
from random import Random

from examples.generator.chance import chance
from examples.generator.facts import PARTNERS, Organisation, SmeFacts
from examples.generator.identifiers import participant_code, register_entry, vat_number

COUNTRY_OF = {"pl": "PL", "de": "DE", "be": "BE", "gr": "GR", "es": "ES", "fi": "FI"}

# partner → (name, name in Latin letters, domain, NUTS region)
_CONSORTIUM = {
    "pl": ("Klaster Metalowy Iskrzec", "Klaster Metalowy Iskrzec", "iskrzec", "PL21"),
    "de": ("Feinwerkcluster Kupferau e.V.", "Feinwerkcluster Kupferau e.V.", "kupferau", "DE21"),
    "be": ("Maakcluster Staaldonk vzw", "Maakcluster Staaldonk vzw", "staaldonk", "BE21"),
    "gr": ("Συστάδα Μετάλλου Χαλκότοπος", "Chalkotopos Metal Cluster", "chalkotopos", "EL52"),
    "es": ("Clúster Metalúrgico Valdehierro", "Clúster Metalúrgico Valdehierro", "valdehierro",
           "ES21"),
    "fi": ("Rautakanta-klusteri ry", "Rautakanta-klusteri ry", "rautakanta", "FI19"),
}  # fmt: skip
_ASSOCIATED = {
    "pl": (("Klaster Odlewniczy Żarowisko", "zarowisko"), ("Klaster Narzędziowy Dłutno", "dlutno")),
    "de": (
        ("Werkzeugcluster Feilenthal e.V.", "feilenthal"),
        ("Cluster Leichtmetall Alumark e.V.", "alumark"),
    ),
    "be": (("Lascluster Vonkbeke vzw", "vonkbeke"), ("Freescluster Spaanhove vzw", "spaanhove")),
    "gr": (("Συστάδα Χυτηρίων Πυρόκαμπος", "pyrokampos"),),
    "es": (
        ("Clúster de Fundición Brasalta", "brasalta"),
        ("Clúster de Matricería Troqueluz", "troqueluz"),
    ),
    "fi": (("Konepajaklusteri Sorvila ry", "sorvila"),),
}
_GREEK_ASSOCIATED_LATIN = "Pyrokampos Foundry Cluster"

# Three syllables make a brand that nobody bears.
_BRANDS = {
    "pl": (("Bla", "Krze", "Wier", "Szli", "Gwin", "Frezo", "Dru", "Zgrze", "Tło", "Nito"),
           ("to", "ma", "bo", "li", "wa", "cho"), ("mex", "stal", "pol", "kuć", "metal")),
    "de": (("Kraf", "Schlei", "Bohr", "Dreh", "Stanz", "Walz", "Fräs", "Gieß", "Nut", "Zapf"),
           ("fel", "ler", "mo", "ne", "ru", "ti"), ("tec", "werk", "form", "bau", "stahl")),
    "be": (("Plaat", "Vijl", "Draai", "Pers", "Smelt", "Klink", "Boor", "Slijp", "Giet", "Zaag"),
           ("ena", "ido", "omo", "ure", "ati", "eli"), ("tech", "metaal", "maak", "staal", "fab")),
    "gr": (("Μετα", "Βιδο", "Χυτο", "Τορνο", "Ελασμ", "Σιδερ", "Αλουμ", "Φρεζ", "Λαμα", "Κοχλ"),
           ("λά", "ρί", "μό", "νέ", "τέ", "βά"), ("κορ", "τεχ", "μετ", "παλ", "δομ")),
    "es": (("Torni", "Cha", "Fre", "Solda", "Tala", "Fundi", "Puli", "Cali", "Troque", "Lima"),
           ("vi", "lo", "me", "nu", "ra", "go"), ("mec", "acero", "metal", "ferro", "tec")),
    "fi": (("Sorvi", "Hitsa", "Jyrsi", "Pora", "Levy", "Valu", "Terä", "Ruuvi", "Taonta", "Mutka"),
           ("lo", "me", "ka", "ri", "nu", "sa"), ("mek", "teräs", "metalli", "tek", "paja")),
}  # fmt: skip
_TRADES = {
    "pl": ("Obróbka Skrawaniem", "Odlewnia", "Narzędziownia", "Konstrukcje Stalowe", ""),
    "de": ("Werkzeugbau", "Zerspanung", "Gießerei", "Stahlbau", ""),
    "be": ("Metaalbewerking", "Gereedschapsbouw", "Gieterij", "Staalbouw", ""),
    "gr": ("Μηχανουργείο", "Χυτήριο", "Μεταλλικές Κατασκευές", "Εργαλεία", ""),
    "es": ("Mecanizados", "Fundiciones", "Matricería", "Estructuras", ""),
    "fi": ("Konepaja", "Valimo", "Työkalu", "Teräsrakenne", ""),
}
_FORMS = {
    "pl": ("Sp. z o.o.", "S.A.", "Sp. z o.o."),
    "de": ("GmbH", "AG", "GmbH"),
    "be": ("bv", "nv", "bv"),
    "gr": ("ΑΕ", "ΕΠΕ", "ΙΚΕ"),
    "es": ("S.L.", "S.A.", "S.L."),
    "fi": ("Oy", "Oyj", "Oy"),
}
_BUSINESSES = {"pl": 44, "de": 38, "be": 34, "gr": 34, "es": 36, "fi": 30}
# partner → ((kind, name) …); names in Latin letters for Greece are made from the Greek ones
_OTHERS = {
    "pl": (
        ("training_provider", "Akademia Spawania Iskrownik"),
        ("higher_education", "Politechnika Żarogórska"),
        ("vet_provider", "Zespół Szkół Ślusarskich w Dłutnie"),
        ("research", "Instytut Badań Stopów Żarogóra"),
        ("public_authority", "Urząd Regionu Żarogórskiego"),
        ("business_network", "Sieć Firm Obróbki Żarogóra"),
    ),
    "de": (
        ("training_provider", "Bildungswerk Feilenthal gGmbH"),
        ("higher_education", "Hochschule Kupferau"),
        ("vet_provider", "Berufsschule für Metalltechnik Alumark"),
        ("research", "Institut für Randschichten Kupferau"),
        ("scaling_up_support", "Gründerzentrum Feilenthal GmbH"),
    ),
    "be": (
        ("training_provider", "Opleidingshuis Spaanhove vzw"),
        ("higher_education", "Hogeschool Staaldonk"),
        ("vet_provider", "Technisch Atheneum Vonkbeke"),
        ("public_authority", "Streekbestuur Staaldonk"),
        ("business_network", "Bedrijvennetwerk Vonkbeke"),
    ),
    "gr": (
        ("training_provider", "Κέντρο Κατάρτισης Χαλκότοπος"),
        ("higher_education", "Πολυτεχνείο Χαλκότοπου"),
        ("research", "Ινστιτούτο Κραμάτων Χαλκότοπου"),
        ("public_authority", "Περιφερειακό Γραφείο Χαλκότοπου"),
    ),
    "es": (
        ("training_provider", "Escuela de Soldadura Brasalta"),
        ("higher_education", "Universidad Técnica de Valdehierro"),
        ("vet_provider", "Instituto de Formación Profesional Troqueluz"),
        ("scaling_up_support", "Aceleradora Industrial Brasalta"),
    ),
    "fi": (
        ("training_provider", "Sorvilan Hitsauskoulu"),
        ("higher_education", "Rautakannan Ammattikorkeakoulu"),
        ("research", "Sorvilan Metalliseosinstituutti"),
        ("public_authority", "Rautakannan Seutuhallinto"),
    ),
}
_NACE = ("25.62", "25.50", "25.73", "25.11", "28.41", "24.51", "25.61")
_GREEK_LETTERS = str.maketrans(
    {
        "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i",
        "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s",
        "ς": "s", "τ": "t", "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o", "ά": "a", "έ": "e",
        "ή": "i", "ί": "i", "ό": "o", "ύ": "y", "ώ": "o", "ϊ": "i",
    }
)  # fmt: skip
_PLAIN_LETTERS = str.maketrans("ąćęłńóśźżäöåüéíóúñáò", "acelnoszzaoaueiounao", "")


def in_latin(text: str) -> str:
    """Greek text in Latin letters, each word with a capital; other text as it is."""
    if not any("α" <= letter <= "ω" for letter in text.lower()):
        return text
    spoken = text.lower().replace("ου", "ou").replace("ού", "ou")
    words = (word.translate(_GREEK_LETTERS) for word in spoken.split())
    return " ".join(w.upper() if w in ("ae", "epe", "ike") else w.capitalize() for w in words)


def domain_label(text: str) -> str:
    """A word that can stand in a domain name."""
    plain = in_latin(text).lower().replace("ß", "ss").translate(_PLAIN_LETTERS)
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())


def organisations() -> tuple[Organisation, ...]:
    """All organisations, by country: clusters first, then others, then businesses."""
    found: list[Organisation] = []
    for partner in PARTNERS:
        random = chance(f"organisations {partner}")
        found.extend(_clusters(partner, random))
        found.extend(_others(partner, random))
        found.extend(_businesses(partner, random))
    return tuple(found)


def _clusters(partner: str, random: Random) -> list[Organisation]:
    name, latin, domain, nuts = _CONSORTIUM[partner]
    country = COUNTRY_OF[partner]
    vat = vat_number(country, random)
    scheme, number, euid = register_entry(country, vat, random)
    found = [
        Organisation(
            key=f"{partner}-cluster",
            name=name,
            latin_name=latin,
            country=country,
            kind="cluster_organisation",
            domain=domain,
            vat=vat,
            euid=euid,
            register_number=number,
            register_scheme=scheme,
            pic=participant_code(random),
            profile=f"https://eccp.example/clusters/{domain}",
            nuts=nuts,
            partner=partner,
        )
    ]
    for place, (other, label) in enumerate(_ASSOCIATED[partner]):
        found.append(
            Organisation(
                key=f"{partner}-cluster-{place + 1}",
                name=other,
                latin_name=_GREEK_ASSOCIATED_LATIN if partner == "gr" else other,
                country=country,
                kind="cluster_organisation",
                domain=label,
                vat=vat_number(country, random),
                profile=f"https://eccp.example/clusters/{label}",
                nuts=nuts,
            )
        )
    return found


def _others(partner: str, random: Random) -> list[Organisation]:
    country = COUNTRY_OF[partner]
    found = []
    for place, (kind, name) in enumerate(_OTHERS[partner]):
        numbered = random.random() < 0.8 or partner == "gr"
        vat = vat_number(country, random) if numbered else None
        found.append(
            Organisation(
                key=f"{partner}-{kind}-{place}",
                name=name,
                latin_name=in_latin(name),
                country=country,
                kind=kind,
                domain=domain_label(name)[:18],
                vat=vat,
                nuts=_CONSORTIUM[partner][3],
            )
        )
    return found


def _businesses(partner: str, random: Random) -> list[Organisation]:
    country = COUNTRY_OF[partner]
    starts, middles, ends = _BRANDS[partner]
    brands = [a + b + c for a in starts for b in middles for c in ends]
    found = []
    for place, brand in enumerate(random.sample(brands, _BUSINESSES[partner])):
        trade = random.choice(_TRADES[partner])
        alone = random.random() < 0.06
        form = "" if alone else random.choice(_FORMS[partner])
        name = " ".join(part for part in (brand, trade, form) if part)
        nameless = random.random() < 0.05 and not alone and partner != "gr"
        vat = None if nameless else vat_number(country, random)
        listed = vat is not None and not alone and random.random() < 0.6
        entry = register_entry(country, vat or "", random) if listed else None
        found.append(
            Organisation(
                key=f"{partner}-business-{place:02d}",
                name=name,
                latin_name=in_latin(name),
                country=country,
                kind="business",
                domain=domain_label(brand),
                vat=vat,
                euid=entry[2] if entry else None,
                register_number=entry[1] if entry else None,
                register_scheme=entry[0] if entry else None,
                nuts=_CONSORTIUM[partner][3],
                nace=random.choice(_NACE),
                self_employed=alone,
                member_of=f"{partner}-cluster" if random.random() < 0.7 else None,
                sme=_size(random, alone=alone),
            )
        )
    return found


def _size(random: Random, *, alone: bool) -> SmeFacts:
    """What is known of a business's size: proved, declared, unknown or too large."""
    draw = random.random()
    year = random.choice((2021, 2022))
    if alone:
        return SmeFacts(headcount=1, year=year, declared="sme", evidence="self_declaration")
    if draw < 0.34:
        staff = random.choice((6, 9, 14, 22, 31, 48, 75, 120, 180))
        return SmeFacts(
            headcount=staff + random.choice((0, 0, 0.5)),
            turnover=float(staff * random.randrange(90_000, 180_000, 5_000)),
            balance=float(staff * random.randrange(60_000, 120_000, 5_000)),
            year=year,
            autonomy="autonomous",
            public_control=False,
            declared="sme",
            evidence=random.choice(("accounts", "public_register", "sme_wizard")),
        )
    if draw < 0.72:
        staff = random.choice((4, 8, 12, 19, 27, 40, 60))
        known = random.random() < 0.5
        return SmeFacts(
            headcount=staff if known else None,
            turnover=float(staff * 110_000) if known else None,
            balance=float(staff * 80_000) if known else None,
            year=year if known else None,
            declared="sme",
            evidence=random.choice(("self_declaration", "none", "self_declaration")),
        )
    if draw < 0.90:
        return SmeFacts(declared=random.choice(("unknown", None)))
    staff = random.choice((310, 420, 600, 950))
    return SmeFacts(
        headcount=staff,
        turnover=float(staff * 210_000),
        balance=float(staff * 190_000),
        year=year,
        autonomy="linked",
        declared="not_sme",
        evidence="accounts",
        valid_from=date(2022, 1, 1) if random.random() < 0.3 else None,
    )
