"""A published warehouse of a small consortium, made of rows that a test can change.

Columns and types come from the marts' own YAML, the codes of KPIs and rules from the seeds, so a
warehouse of the tests has the shape of the real one or cannot be made at all.
"""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
import pytest
import yaml

from eurocluster.publishing import publish
from eurocluster.settings import ROOT, Settings

Rows = dict[str, list[dict[str, Any]]]
Publisher = Callable[..., Settings]

MARTS = ROOT / "dbt_project" / "models" / "marts"
SEEDS = ROOT / "dbt_project" / "seeds"
NINE = ("4a.M1", "4a.O1", "4a.O2", "4a.O3", "4a.O4", "4b.M1", "4b.O1", "4b.O2", "4b.O3")
WITH_POLICIES = {"4a.O4", "4b.M1", "4b.M1.amount_eur", "4b.M1.staff_hours", "4b.O2.sme"}


@pytest.fixture(scope="session")
def small_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with the rows of :func:`consortium`."""
    path = tmp_path_factory.mktemp("small") / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.begin()
        create_tables(connection)
        fill(connection, consortium())
        connection.commit()
    return path


@pytest.fixture
def publish_rows(small_warehouse: Path, tmp_path: Path) -> Publisher:
    """Publishes a warehouse; tables that are not named hold the rows of :func:`consortium`."""

    def make(**tables: list[dict[str, Any]]) -> Settings:
        build = tmp_path / f"build-{len(list(tmp_path.glob('build-*')))}"
        return publish_into(tmp_path / "data", build, small_warehouse, tables)

    return make


@pytest.fixture(scope="session")
def published(small_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small consortium as it is."""
    folder = tmp_path_factory.mktemp("published")
    return publish_into(folder / "data", folder / "build-0", small_warehouse, {})


@pytest.fixture
def small_rows() -> Rows:
    """The rows of the small consortium, by table."""
    return consortium()


@pytest.fixture
def grid() -> Callable[..., list[dict[str, Any]]]:
    """Makes the rows of ``kpis.kpi_values``."""
    return figures


@pytest.fixture(name="delivery")
def delivery_maker() -> Callable[..., dict[str, Any]]:
    """Makes a row of ``quality.deliveries``."""
    return delivery


@pytest.fixture(name="finding")
def finding_maker() -> Callable[..., dict[str, Any]]:
    """Makes a row of ``quality.findings``."""
    return finding


@pytest.fixture(name="fate")
def fate_maker() -> Callable[..., dict[str, Any]]:
    """Makes a row of ``evidence.row_fates``."""
    return fate


def publish_into(data: Path, build: Path, warehouse: Path, tables: Rows) -> Settings:
    settings = Settings(home=data.with_name("home"), data=data)
    build.mkdir()
    (build / "run_results.json").write_text("{}")
    shutil.copyfile(warehouse, build / warehouse.name)
    with duckdb.connect(str(build / warehouse.name)) as connection:
        fill(connection, tables)
    publish(build, settings.warehouse / "published", build.name, {"consortium": "example"})
    return settings


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    for schema in ("core", "kpis", "evidence", "quality", "stewardship", "releases"):
        connection.execute(f"create schema {schema}")
        declared = yaml.safe_load((MARTS / schema / f"_{schema}.yml").read_text(encoding="utf-8"))
        for model in declared["models"]:
            columns = ", ".join(f'"{c["name"]}" {c["data_type"]}' for c in model["columns"])
            connection.execute(f"create table {schema}.{model['name']} ({columns})")
    connection.execute("create schema intermediate")
    connection.execute(
        "create table intermediate.given_kpi_rows (kpi varchar, policy varchar, register varchar,"
        " row_id varchar, reported_by varchar, unit varchar, counting_date date, fate varchar,"
        " duplicate_of varchar, qualifies boolean)"
    )
    connection.execute(
        "create view intermediate.int_kpi_rows as select * from intermediate.given_kpi_rows"
        " union all by name select kpi, case when kpi in ('4a.O4', '4b.M1') then 'reported' end as"
        " policy, register, row_id, reported_by, unit, counting_date, fate, duplicate_of,"
        " fate in ('counted', 'duplicate_of') as qualifies"
        " from evidence.row_fates where fate <> 'not_applicable'"
    )
    connection.execute(
        "create view intermediate.int_register_rows as select distinct register, row_id,"
        " reported_by, record_key, delivery_id, file_sha256, file_name, sheet, row_number,"
        " cell_range from evidence.row_fates"
    )
    connection.execute(
        "create table intermediate.given_counted_units (kpi varchar, policy varchar, unit varchar,"
        " counted_on date, register varchar, row_id varchar)"
    )
    connection.execute(
        "create view intermediate.int_counted_units as select * from"
        " intermediate.given_counted_units union all by name select kpi, policy, unit,"
        " counting_date as counted_on, register, row_id from intermediate.int_kpi_rows"
        " where fate = 'counted'"
    )
    connection.execute("create schema reference")
    for seed in ("kpis", "rules"):
        connection.execute(
            f"create table reference.{seed} as from read_csv(?, header=true)",
            [str(SEEDS / f"{seed}.csv")],
        )


def fill(connection: duckdb.DuckDBPyConnection, tables: Rows) -> None:
    schemas = dict(
        connection.execute("select table_name, schema_name from duckdb_tables()").fetchall()
    )
    for name, rows in tables.items():
        connection.execute(f"delete from {schemas[name]}.{name}")
        if rows:
            every = {column: None for row in rows for column in row}
            connection.register("given", pyarrow.Table.from_pylist([every | row for row in rows]))
            connection.execute(f"insert into {schemas[name]}.{name} by name from given")
            connection.unregister("given")


def consortium() -> Rows:
    """Two partners in month 26 of 36: some targets met, one far off, one partner late."""
    return {
        "project": [
            {
                "code": "example", "name": "Example Eurocluster",
                "first_day": date(2022, 9, 1), "last_day": date(2025, 8, 31), "months": 36,
                "runs_clusterxchange": True, "joint_min_partners": 2, "sme_policy": "reported",
                "reporting_date": date(2024, 10, 15), "months_elapsed": 26,
            }
        ],
        "dim_periods": [
            {
                "period": "RP1", "position": 1, "first_month": 1, "last_month": 18,
                "first_day": date(2022, 9, 1), "last_day": date(2024, 2, 29),
            },
            {
                "period": "RP2", "position": 2, "first_month": 19, "last_month": 36,
                "first_day": date(2024, 3, 1), "last_day": date(2025, 8, 31),
            },
        ],
        "dim_partners": [
            {"partner": "p1", "name": "Klaster Przykładowy", "country": "PL", "language": "pl"},
            {"partner": "p2", "name": "Grappe Exemple", "country": "BE", "language": "fr"},
        ],
        "kpi_values": figures(),
        "kpi_scoreboard": [
            {"kpi": kpi, "title": kpi, "state": "no_target", "due_month": 36} for kpi in NINE
        ],
        "deliverables": [
            {
                "code": "D-4a", "title": "Training for cluster managers", "due_month": 18,
                "due_day": date(2024, 2, 29), "state": "draft", "is_evidence_ready": True,
                "is_overdue": True,
            }
        ],
        "actions": [
            {
                "code": code, "title": f"Action {code}", "is_mandatory": code.endswith("A1"),
                "state": "implemented" if code == "4a.A1" else "ongoing", "unit_count": 3,
                "first_date": date(2023, 1, 10), "last_date": None, "partners": ["p1", "p2"],
            }
            for code in ("4b.A1", "4a.A2", "4a.A1")
        ],
        "deliveries": [
            delivery("d1", "p1", "exchanges", rows_read=812, rows_refused=3, rows_doubtful=40),
            delivery("d2", "p2", "exchanges", rows_read=5),
            delivery(
                "d3", "p2", "exchanges", sequence=2, state="held", reason="MASS_WITHDRAWAL",
                is_in_force=False,
            ),
        ],
        "findings": [
            finding("d1", "p1", "E02", row_number=7),
            finding("d1", "p1", "E02", row_number=8),
            finding("d1", "p1", "E05", row_number=8),
            finding("d1", "p1", "W18", row_number=9),
            finding("d3", "p2", "E01", row_number=2),
        ],
        "completeness": [
            {"partner": "p1", "register": "exchanges", "status": "received"},
            {"partner": "p2", "register": "exchanges", "status": "stale"},
            {"partner": "p2", "register": "pacts", "status": "missing", "newest_reason": "Looked"},
        ],
        "row_fates": [
            fate("X1", "counted", date(2023, 5, 10), row=2),
            fate("X2", "counted", date(2024, 6, 9), row=3),
            fate("X3", "excluded:TOO_SHORT", date(2023, 11, 10), row=4),
            fate("X4", "excluded:INVALID:E02", None, row=5),
            fate("X5", "excluded:INVALID:E02", None, row=6),
            fate("X6", "pending:CLOSING_REPORT", date(2024, 9, 20), row=7),
            fate("X7", "duplicate_of", date(2023, 5, 10), row=2, unit="id:X1", original="p1-X1"),
            fate("X8", "not_applicable", None, row=9),
            *(fate(f"X{n}", "counted", date(2023, 5, 10), row=n + 1, kpi="4a.O4") for n in (1, 2)),
        ],
        "given_counted_units": [
            {"kpi": kpi, "policy": policy, "unit": f"u{number}", "counted_on": day}
            for kpi, policy in (("4a.M1", None), ("4b.M1", "reported"), ("4b.M1", "potential"))
            for number, day in enumerate(
                [date(2022, 9, 1), date(2024, 4, 15), date(2024, 4, 16), date(2024, 10, 15),
                 date(2024, 10, 16), date(2024, 9, 30)]
            )
        ],
        "given_kpi_rows": [
            {
                "kpi": "4a.O4", "policy": "conservative", "register": "exchanges",
                "row_id": "p1-X1", "reported_by": "p1", "unit": "id:X1", "qualifies": True,
                "counting_date": date(2023, 5, 10), "fate": "counted",
            },
            {
                "kpi": "4a.O4", "policy": "conservative", "register": "exchanges",
                "row_id": "p1-X2", "reported_by": "p1", "unit": "id:X2", "qualifies": False,
                "counting_date": date(2023, 5, 10), "fate": "excluded:SME_STATUS_DECLARED",
            },
        ],
    }  # fmt: skip


def figures(**changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every figure of the grid: new 2 and 1, cumulative 2 and 3; shares 3 of 5.

    ``changes`` are fields of the cumulative figure of the whole project, by KPI (dots as ``_``).
    """
    with (SEEDS / "kpis.csv").open(encoding="utf-8") as lines:
        codes = [line.split(",")[0] for line in lines][1:]
    rows = []
    for kpi in codes:
        for policy in (
            ("conservative", "reported", "potential") if kpi in WITH_POLICIES else (None,)
        ):
            for period, measure, value in (
                ("RP2", "active", 2), ("all", "cumulative", 3), ("RP1", "new", 2),
                ("RP2", "new", 1), ("RP1", "cumulative", 2), ("RP2", "cumulative", 3),
                ("RP1", "active", 2), ("all", "active", 3),
            ):  # fmt: skip
                row = {
                    "kpi": kpi, "period": period, "measure": measure, "policy": policy,
                    "value": float(value), "state": "no_target",
                }  # fmt: skip
                if kpi == "4a.O4":
                    share = value - (policy == "conservative")
                    row |= {"value": 100 * share / 5, "numerator": share, "denominator": 5}
                if (period, measure) == ("all", "cumulative"):
                    row |= changes.get(kpi.replace(".", "_"), {})
                rows.append(row)
    return rows


def delivery(delivery_id: str, partner: str, register: str, **changes: Any) -> dict[str, Any]:
    return {
        "delivery_id": delivery_id, "partner": partner, "register": register, "sequence": 1,
        "state": "accepted", "reason": None, "received_at": datetime(2024, 10, 5, tzinfo=UTC),
        "file_names": [f"{register}.xlsx"], "file_hashes": ["a" * 64], "rows_read": 0,
        "rows_refused": 0, "rows_doubtful": 0, "rows_withdrawn": 0,
        "is_in_force": True, "is_newest": delivery_id != "d2",
    } | changes  # fmt: skip


def finding(delivery_id: str, partner: str, code: str, **changes: Any) -> dict[str, Any]:
    severity = {"E": "ERROR", "F": "ERROR", "W": "WARN"}[code[0]]
    return {
        "delivery_id": delivery_id, "partner": partner, "register": "exchanges", "code": code,
        "severity": severity, "file_sha256": "a" * 64, "sheet": "Wymiany", "message": "",
    } | changes  # fmt: skip


def fate(
    record: str,
    said: str,
    day: date | None,
    *,
    row: int,
    unit: str | None = None,
    original: str | None = None,
    kpi: str = "4a.O3",
) -> dict[str, Any]:
    partner = "p2" if original else "p1"
    return {
        "kpi": kpi, "register": "exchanges", "row_id": f"{partner}-{record}",
        "reported_by": partner, "record_key": f"id:{record}", "unit": unit or f"id:{record}",
        "counting_date": day, "fate": said, "duplicate_of": original, "delivery_id": "d1",
        "file_name": "échanges.csv" if original else "wymiany.xlsx",
        "file_sha256": ("b" if original else "a") * 64, "sheet": "" if original else "Wymiany",
        "row_number": row, "cell_range": f"A{row}:W{row}",
    }  # fmt: skip
