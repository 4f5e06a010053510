"""One delivery from the csv file to rows that can be queried: what a child process does.

    python -m benchmarks.delivering WAY HOME OUT

Belongs here: ours, the script that is usually written, and the limit.
Does not belong here: counting what each of them found (scoring.py).
"""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.declared import COUNTRIES, HEADERS, PARTNER, WORDS, drive
from benchmarks.measuring import finish

SECRET = b"benchmarks key persons who are not"


def ours(home: Path, out: Path) -> None:
    """Land, read, understand, judge, keep: all registers of one partner's night."""
    from eurocluster import nightly
    from eurocluster.settings import Settings

    settings = Settings(home=home, data=out, secret=SECRET)
    nightly.ingest(settings, nightly.plan(settings), PARTNER)


def script(home: Path, out: Path) -> None:
    """pandas, pandera and SQLAlchemy as their documentation shows them.

    What cannot be read becomes null (``errors="coerce"``), the contract is checked lazily, rows
    with a failure go to one table and the others to another.
    """
    import pandas as pd
    import pandera.pandas as pa
    import sqlalchemy

    rows = pd.read_csv(drive(home) / "attendance.csv", sep=";", decimal=",", dtype=str)
    rows = rows.rename(columns={header: column for column, header in HEADERS.items()})
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


def limit(home: Path, out: Path) -> None:
    """DuckDB loads the file as text: nothing is understood and nothing is judged."""
    import duckdb

    with duckdb.connect(str(out / "limit.duckdb")) as connection:
        connection.execute(
            "create table attendance as from read_csv(?, delim=';', header=true, all_varchar=true)",
            [str(drive(home) / "attendance.csv")],
        )


WAYS: dict[str, Callable[[Path, Path], None]] = {way.__name__: way for way in (ours, script, limit)}

if __name__ == "__main__":
    shutil.rmtree(sys.argv[3], ignore_errors=True)
    Path(sys.argv[3]).mkdir(parents=True)
    WAYS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
    finish()
