"""One delivery from the file to rows that can be queried: what a child process does.

    python -m benchmarks.delivering WAY HOME OUT

Belongs here: ours, what is usually written or taken instead, and the limit. Imports stand in the
functions, so that a process pays for what it uses.
Does not belong here: counting what each of them found (scoring.py).
"""

import csv
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from benchmarks.declared import COUNTRIES, FILE_HEADERS, PARTNER, WORDS, drive
from benchmarks.measuring import finish

SECRET = b"benchmarks key persons who are not"


def ours(home: Path, out: Path) -> None:
    """Land, read, understand, judge, keep: all registers of one partner."""
    from eurocluster import nightly
    from eurocluster.ingesting import PartnerNight
    from eurocluster.judging import Calendar
    from eurocluster.settings import Settings
    from eurocluster.sources.connections import no_connections

    settings = Settings(home=home, data=out, secret=SECRET)
    consortium = nightly.checked_consortium(settings)
    project = consortium.project
    calendar = Calendar(project.start, project.end, nightly.reporting_date(project))
    outcomes = PartnerNight(
        settings, consortium, consortium.partner(PARTNER), calendar, no_connections, run_id="bench"
    ).ingest()
    if any(found.outcome != "delivered" for found in outcomes):
        raise RuntimeError(f"Not delivered: {outcomes}")


def returned(home: Path, out: Path) -> None:
    """A partner's whole night: the same, and the workbook that goes back to the partner."""
    from eurocluster import nightly
    from eurocluster.settings import Settings
    from eurocluster.sources.connections import no_connections

    settings = Settings(home=home, data=out, secret=SECRET)
    nightly.ingest(settings, nightly.plan(settings), PARTNER, no_connections, "bench")


def script(home: Path, out: Path) -> None:
    """pandas, pandera and SQLAlchemy as their documentation shows them.

    What cannot be read becomes null (``errors="coerce"``), the contract is checked lazily, rows
    with a failure go to one table and the others to another.
    """
    import pandas as pd
    import pandera.pandas as pa
    import sqlalchemy

    rows = pd.read_csv(drive(home) / "attendance.csv", sep=";", decimal=",", dtype=str)
    rows = rows.rename(columns={header: column for column, header in FILE_HEADERS.items()})
    rows["session_date"] = pd.to_datetime(rows["session_date"], format="%d.%m.%Y", errors="coerce")
    rows["hours"] = pd.to_numeric(rows["hours"].str.replace(",", "."), errors="coerce")
    rows["headcount"] = pd.to_numeric(rows["headcount"], errors="coerce")
    rows["employer_country"] = rows["employer_country"].replace(COUNTRIES)
    for column, words in WORDS.items():
        rows[column] = rows[column].replace(words)

    contract = pa.DataFrameSchema(
        {
            "record_id": pa.Column(str, unique=True),
            "training_id": pa.Column(str),
            "session_date": pa.Column(
                "datetime64[us]", pa.Check.in_range("2022-09-01", "2025-08-31"), nullable=True
            ),
            "person_name": pa.Column(str),
            "email": pa.Column(str, pa.Check.str_matches(r"^[^@\s]+@[^@\s]+\.\w+$"), nullable=True),
            "employer_name": pa.Column(str),
            "employer_id": pa.Column(str, pa.Check.str_matches(r"^\d{10}$"), nullable=True),
            "employer_country": pa.Column(str, pa.Check.isin(list(COUNTRIES.values()))),
            "hours": pa.Column(float, pa.Check.in_range(0, 24), nullable=True),
            "headcount": pa.Column(float, pa.Check.ge(1), nullable=True),
            **{
                column: pa.Column(str, pa.Check.isin(list(words.values())))
                for column, words in WORDS.items()
            },
        }
    )
    failures = pd.DataFrame({"column": [], "check": [], "index": []})
    try:
        contract.validate(rows, lazy=True)
    except pa.errors.SchemaErrors as error:
        failures = error.failure_cases[["column", "check", "index"]].astype({"check": str})
    is_bad = rows.index.isin(failures["index"])
    engine = sqlalchemy.create_engine(f"duckdb:///{out / 'script.duckdb'}")
    with engine.begin() as connection:
        rows[~is_bad].to_sql("attendance", connection, index=False)
        rows[is_bad].to_sql("refused", connection, index=False)
        failures.to_sql("failures", connection, index=False)


def contract(home: Path, out: Path) -> None:
    """Have dlt load the rows with a pydantic model as data contract, which discards bad ones.

    Cells are read by the same simple functions as in the script; what they cannot read stays as
    it is, for the contract to refuse.
    """
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"
    import dlt
    from pydantic import Field, create_model

    words: dict[str, Any] = {column: Literal[tuple(of.values())] for column, of in WORDS.items()}
    days = Annotated[date, Field(ge=date(2022, 9, 1), le=date(2025, 8, 31))]
    fields: dict[str, Any] = {
        "row_number": int,
        "record_id": str,
        "training_id": str,
        "session_date": days | None,
        "person_name": str,
        "email": Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.\w+$")] | None,
        "employer_name": str,
        "employer_id": Annotated[str, Field(pattern=r"^\d{10}$")] | None,
        "employer_country": Literal[tuple(COUNTRIES.values())],
        **words,
        "completed": words["completed"] | None,
        "gender": words["gender"] | None,
        "hours": Annotated[float, Field(ge=0, le=24)] | None,
        "headcount": Annotated[int, Field(ge=1)] | None,
        "certificate_no": str | None,
        "evidence_ref": str | None,
        "remarks": str | None,
    }
    required: dict[str, Any] = {name: (kind, ...) for name, kind in fields.items()}
    attendance = create_model("Attendance", **required)
    pipeline = dlt.pipeline(
        "contract",
        destination=dlt.destinations.duckdb(str(out / "contract.duckdb")),
        dataset_name="registers",
        pipelines_dir=str(out),
    )
    pipeline.run(
        dlt.resource(
            lambda: _rows(drive(home) / "attendance.csv"),
            name="attendance",
            columns=attendance,
            schema_contract={"columns": "freeze", "data_type": "discard_row"},
            write_disposition="append",
        )
    )


def limit(home: Path, out: Path) -> None:
    """DuckDB loads the file as text: nothing is understood and nothing is judged."""
    import duckdb

    with duckdb.connect(str(out / "limit.duckdb")) as connection:
        connection.execute(
            "create table attendance as from read_csv(?, delim=';', header=true, all_varchar=true)",
            [str(drive(home) / "attendance.csv")],
        )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield rows with the values that simple functions make of the cells."""
    read: dict[str, Callable[[str], Any]] = {
        "session_date": lambda cell: datetime.strptime(cell, "%d.%m.%Y").date(),  # noqa: DTZ007
        "hours": lambda cell: float(cell.replace(",", ".")),
        "headcount": int,
        "employer_country": lambda cell: COUNTRIES[cell],
        **{column: words.__getitem__ for column, words in WORDS.items()},
    }
    with path.open(encoding="utf-8", newline="") as source:
        reader = csv.reader(source, delimiter=";")
        next(reader)
        for number, cells in enumerate(reader, start=2):
            row: dict[str, Any] = dict(zip(FILE_HEADERS, cells, strict=True))
            for column, cell in row.items():
                try:
                    row[column] = (read[column](cell) if column in read else cell) if cell else None
                except (ValueError, KeyError):
                    continue
            row["row_number"] = number
            yield row


WAYS: dict[str, Callable[[Path, Path], None]] = {
    way.__name__: way for way in (ours, returned, script, contract, limit)
}

if __name__ == "__main__":
    shutil.rmtree(sys.argv[3], ignore_errors=True)
    Path(sys.argv[3]).mkdir(parents=True)
    WAYS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
    finish()
