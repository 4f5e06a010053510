"""Property: any value that a contract allows survives the way into a template and back."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eurocluster.conforming.lexicon import LANGUAGES
from eurocluster.consortium.declarations import Consortium
from eurocluster.templates.writing import write_template
from schemas import REGISTERS
from schemas.vocabulary import VOCABULARIES
from tests.unit.eurocluster.templates.good_rows import GOOD_ROWS, Row
from tests.unit.eurocluster.templates.reading_back import read_back

PARTNERS = st.sampled_from(["p1", "p2", "p3"])
AMOUNTS = st.decimals(min_value=1, max_value=500, places=2)
BY_KIND: dict[str, st.SearchStrategy[Any]] = {
    "country": st.sampled_from(["AT", "CY", "GB", "GR", "IE", "NO", "RS", "UA", "XK"]),
    "date": st.dates(date(1990, 1, 1), date(2099, 12, 31)),
    "decimal": AMOUNTS,
    "hours": AMOUNTS.filter(lambda hours: hours <= Decimal(24)),
    "integer": st.integers(2015, 2100),
    "yes_no": st.booleans(),
    "partner": PARTNERS,
    "partners": st.sets(PARTNERS, min_size=1).map(lambda codes: tuple(sorted(codes))),
}


@st.composite
def changed_rows(draw: st.DrawFn) -> tuple[str, Row]:
    """Draw a register and its full row with other values wherever the kind has many."""
    register = draw(st.sampled_from(sorted(REGISTERS)))
    row = dict(GOOD_ROWS[register][0])
    for name, definition in REGISTERS[register].columns.items():
        kind, vocabulary = definition.metadata["kind"], definition.metadata["vocabulary"]
        if kind == "enum":
            row[name] = draw(st.sampled_from(VOCABULARIES[vocabulary]))
        elif kind == "set":
            codes = draw(st.sets(st.sampled_from(VOCABULARIES[vocabulary]), min_size=1))
            row[name] = tuple(sorted(codes))
        elif kind in BY_KIND and not _places_an_identifier(register, name):
            row[name] = draw(BY_KIND[kind])
    return register, row


def _places_an_identifier(register: str, column: str) -> bool:
    """Return whether identifiers of the row are understood with the help of this country."""
    return column.endswith("_country") or (register, column) == ("organisations", "country")


@pytest.mark.slow
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(language=st.sampled_from(LANGUAGES), drawn=changed_rows())
def test_any_value_of_a_contract_survives_a_template(
    language: str, drawn: tuple[str, Row], consortium: Consortium
) -> None:
    register, row = drawn
    columns = REGISTERS[register].columns
    public = [name for name, found in columns.items() if not found.metadata["personal"]]
    with TemporaryDirectory() as folder:
        path = Path(folder, "register.xlsx")
        write_template(register, language, path, consortium=consortium, rows=[row])
        (found,) = read_back(path, register, language, consortium).rows
    assert {name: found[name] for name in public} == {name: row.get(name) for name in public}
