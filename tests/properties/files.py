"""A generated consortium as files: the same rows in any language, read as a partner's would be.

Headers and words are drawn from the project's own lexicon, so a file may say "Szkolenie" or
"training_id" for the same column; days, numbers and lists are written as the language does.

Belongs here: rows → csv files, csv files → register store through the whole of ingesting.
Does not belong here: which rows (consortia.py), what must hold (test_files.py).
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

import pyarrow.parquet
from babel import Locale

from eurocluster.conforming.identifiers import scheme_of_header
from eurocluster.conforming.lexicon import separated, table
from eurocluster.consortium.declarations import Consortium
from eurocluster.consortium.partners import Partner
from eurocluster.deliveries import RegisterStore
from eurocluster.ingesting import PartnerNight
from eurocluster.judging import Calendar
from eurocluster.settings import Settings
from eurocluster.sources.connections import no_connections
from eurocluster.warehouse import declaration_tables
from schemas import REGISTERS
from tests.delivering import REPORTING_DATE, Registers, RowValues

CANONICAL: Final = "en"
LANGUAGES: Final = ("de", "el", "es", "fi", "fr", "nl", "pl")
SECRET: Final = b"a secret for tests, not for life"

_DAYS = {"de": "%d.%m.%Y", "el": "%d/%m/%Y", "es": "%d/%m/%Y", "fi": "%d.%m.%Y",
         "fr": "%d/%m/%Y", "nl": "%d-%m-%Y", "pl": "%d.%m.%Y"}  # fmt: skip
_WRITTEN = {"person_name": "name_as_written", "email": "email_as_written"}


@dataclass(frozen=True)
class Writing:
    """How one partner writes: its language, and which of several words it picks."""

    language: str
    random: Random

    def header(self, register: str, column: str) -> str:
        if self.language == CANONICAL:
            return column
        words = _headers()[register, column, self.language]
        # "Αρ. ΓΕΜΗ" says which identifier it is; the rows hold several kinds.
        return self.random.choice([word for word in words if scheme_of_header(word) is None])

    def cell(self, column: str, metadata: Mapping[str, Any], value: Any) -> str:
        """Return a value as the partner would type it."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return self._word("yes_no", "yes" if value else "no")
        if isinstance(value, date):
            return value.strftime(_DAYS.get(self.language, "%Y-%m-%d"))
        if isinstance(value, Decimal):
            text = format(value, "f")
            return text if self.language == CANONICAL else text.replace(".", ",")
        if isinstance(value, tuple):
            entries = (self._word(metadata["vocabulary"], entry) for entry in value)
            return "; ".join(entries)
        if metadata["kind"] == "country" and self.language != CANONICAL:
            return str(Locale(self.language).territories[value])
        if metadata["kind"] == "identifier":
            return str(value).partition(":")[2]
        return self._word(metadata["vocabulary"], str(value))

    def _word(self, vocabulary: str | None, code: str) -> str:
        words = _words().get((vocabulary or "", code, self.language), ())
        return code if self.language == CANONICAL or not words else self.random.choice(words)


@cache
def _headers() -> dict[tuple[str, str, str], list[str]]:
    return {
        (row["register"], row["column"], row["language"]): list(separated(row["words"]))
        for row in table("headers")
    }


@cache
def _words() -> dict[tuple[str, str, str], list[str]]:
    return {
        (row["vocabulary"], row["code"], row["language"]): list(separated(row["words"]))
        for row in table("words")
    }


def deliver_files(
    registers: Registers, folder: Path, language: str, random: Random
) -> RegisterStore:
    """Write every register as a file of that language, ingest it, declare beside the store."""
    home, settings = folder / "home", Settings(folder / "home", folder / "data", SECRET)
    consortium = Consortium(
        home,
        registers.consortium.project,
        tuple(
            _declared(partner, language, _kept(registers, partner.partner))
            for partner in registers.consortium.partners
        ),
    )
    for (partner, register), sheets in registers.sheets.items():
        rows = [row for sheet in sheets for row in sheet]
        path = home / "drives" / partner / f"{register}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_register(path, register, rows, Writing(language, random))
    project = consortium.project
    calendar = Calendar(project.start, project.end, REPORTING_DATE)
    for partner in consortium.partners:
        PartnerNight(settings, consortium, partner, calendar, no_connections, run_id="").ingest()
    store = RegisterStore(settings.store(project.code))
    declared = folder / "build" / "declared"
    declared.mkdir(parents=True)
    for name, content in declaration_tables(consortium, REPORTING_DATE).items():
        pyarrow.parquet.write_table(content, declared / f"{name}.parquet")
    return store


def write_register(path: Path, register: str, rows: Sequence[RowValues], writing: Writing) -> None:
    """Write one register as csv, with the columns that any of its rows fills."""
    definitions = REGISTERS[register].columns
    columns = [
        column
        for column in definitions
        if any(row.get(_WRITTEN.get(column, column)) is not None for row in rows)
        or definitions[column].metadata["required"]
    ]
    with path.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink, delimiter=";")
        writer.writerow(writing.header(register, column) for column in columns)
        for row in rows:
            unread = {column for column, _ in row.get("marks", ())}
            writer.writerow(
                "???"
                if column in unread
                else writing.cell(
                    column,
                    definitions[column].metadata,
                    row.get(_WRITTEN.get(column, column)),
                )
                for column in columns
            )


def _kept(registers: Registers, partner: str) -> list[str]:
    return sorted(register for owner, register in registers.sheets if owner == partner)


def _declared(partner: Partner, language: str, kept: Sequence[str]) -> Partner:
    return Partner.model_validate(
        {
            **partner.model_dump(),
            "language": language,
            "registers": [
                {
                    "name": register,
                    "source": {
                        "kind": "folder",
                        "path": f"drives/{partner.partner}",
                        "files": {"include": [f"{register}.csv"]},
                    },
                }
                for register in kept
            ],
        }
    )
