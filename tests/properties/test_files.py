"""Generated consortia as files, from the bytes of a register to the figures.

Belongs here: invariants I12 (language) and I14 (no personal text), which only files can show.
Does not belong here: invariants that typed rows show as well (the other modules).
"""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.delivering import Registers
from tests.nightly.personal_bytes import PersonalBytes
from tests.properties.compiled_models import Warehouse
from tests.properties.consortia import registers
from tests.properties.files import CANONICAL, LANGUAGES, deliver_files
from tests.properties.nights import everything_shown, tried

pytestmark = pytest.mark.slow


@tried(2)
@given(registers(), st.sampled_from(LANGUAGES), st.randoms(use_true_random=True))
def test_another_language_gives_the_same_figures_and_no_personal_text_is_kept(
    warehouse: Warehouse, drawn: Registers, language: str, random: Random
) -> None:
    persons = PersonalBytes(personal_texts(drawn))
    shown = {}
    for spoken in (CANONICAL, language):
        with TemporaryDirectory() as folder:
            store = deliver_files(drawn, Path(folder), spoken, random)
            warehouse.build(store.root, Path(folder) / "build")
            shown[spoken] = everything_shown(warehouse)
            assert persons.found_below(store.root) == {}
            assert persons.found_in(warehouse.text()) == set()
    assert shown[language] == shown[CANONICAL]


def personal_texts(drawn: Registers) -> set[str]:
    """Return every name and address that stands in a file."""
    return {
        text
        for sheets in drawn.sheets.values()
        for sheet in sheets
        for row in sheet
        for text in (row.get("name_as_written"), row.get("email_as_written"))
        if text is not None
    }
