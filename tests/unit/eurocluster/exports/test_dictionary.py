"""The data dictionary says all that is published and nothing else."""

import re

from eurocluster.exports.dictionary import SCHEMAS, as_page, as_table, read_dictionary
from schemas import REGISTERS


def test_every_register_and_every_word_list_is_there() -> None:
    found = read_dictionary()
    assert tuple(register.name for register in found.registers) == tuple(REGISTERS)
    named = {column.words for register in found.registers for column in register.columns} - {""}
    assert named <= set(found.vocabularies)


def test_every_table_says_what_one_row_is_and_every_column_what_it_says() -> None:
    for table in read_dictionary().tables:
        assert re.search(r"\b[Oo]ne row\b", table.description), table.name
        for column in table.columns:
            assert column.description, f"{table.name}.{column.name}"


def test_the_page_asks_nobody_for_anything() -> None:
    page = as_page()
    assert "http://" not in page
    assert "https://" not in page
    assert "<script" not in page
    assert all(f'id="{table.schema}.{table.name}"' in page for table in read_dictionary().tables)


def test_the_table_has_a_row_per_column() -> None:
    rows = as_table().rows
    assert {row[1] for row in rows} == {*SCHEMAS, "registers"}
    assert len({tuple(row[1:4]) for row in rows}) == len(rows)
