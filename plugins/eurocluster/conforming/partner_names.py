"""Partners of the consortium as registers name them: by code, by name, by their own words.

Belongs here: text → partner code, identifiers of a partner's own organisation.
Does not belong here: other organisations (names), declarations (consortium/).
"""

from collections.abc import Iterable

from eurocluster.conforming import identifiers
from eurocluster.conforming.failures import Unknown
from eurocluster.conforming.folding import fold
from eurocluster.conforming.names import organisation_key
from eurocluster.consortium.partners import Partner


class PartnerDirectory:
    """Codes and names of the declared partners, folded."""

    def __init__(self, partners: Iterable[Partner]) -> None:
        self._codes: dict[str, str] = {}
        for partner in partners:
            for word in (partner.partner, partner.name, organisation_key(partner.name)):
                self._codes[fold(word)] = partner.partner

    def code(self, text: str) -> str | Unknown:
        """Return the code of the partner that ``text`` names.

        "P1 – Klaster Przykładowy" is understood: code and name in one cell that agree.
        """
        folded = fold(text)
        found = self._codes.get(folded) or self._codes.get(fold(organisation_key(text)))
        if found:
            return found
        first, _, rest = folded.partition(" ")
        if first in self._codes and self._codes.get(rest, self._codes[first]) == self._codes[first]:
            return self._codes[first]
        return Unknown(text)


def partner_identifiers(partner: Partner) -> list[str]:
    """Return the canonical identifiers that a partner's declaration states, in order of trust."""
    stated = partner.identifiers
    scheme = identifiers.reg_scheme(stated.reg_scheme) if stated.reg_scheme else None
    found = {
        "euid": identifiers.euid(stated.euid, partner.country),
        "vat": identifiers.vat_no(stated.vat_no, partner.country),
        "reg": identifiers.reg_no(stated.reg_no, scheme, partner.country) if scheme else None,
        "pic": identifiers.pic(stated.pic),
        "eccp": identifiers.eccp_url(stated.eccp_url),
    }
    return [
        f"reg:{partner.country}:{scheme}:{value}" if kind == "reg" else f"{kind}:{value}"
        for kind, value in found.items()
        if isinstance(value, str)
    ]
