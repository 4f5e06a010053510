"""Build the KPI warehouse with dbt, in process, into a private file.

A build folder holds the declarations as Parquet, the DuckDB file that dbt writes, and dbt's
results. The warehouse is a function of register store, declarations and code alone.

Belongs here: declarations → Parquet, running dbt, reading its results.
Does not belong here: making a build visible to readers (publishing), SQL of models.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow
import pyarrow.parquet

from eurocluster.conforming.names import organisation_key
from eurocluster.conforming.partner_names import partner_identifiers
from eurocluster.consortium.declarations import Consortium
from eurocluster.consortium.project import Target, month_bounds
from eurocluster.locks import descriptors
from eurocluster.publishing import DATABASE
from eurocluster.releases import Releases
from eurocluster.settings import ROOT
from eurocluster.stewardship.decisions import Decisions

DBT_PROJECT: Final = ROOT / "dbt_project"

NO_RELEASES: Final = "no_releases"
NO_DECISIONS: Final = "no_decisions"
_ALWAYS: Final = datetime(9999, 1, 1, tzinfo=UTC)

CALL_TARGETS: Final = {"4a.O3": 50.0, "4a.O4": 50.0}
"""The two targets that the call itself names (G11)."""


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What dbt did: counts, and the names of what failed.

    Attributes:
        broken_models: Models and seeds that could not be built.
        failed_tests: Data tests that found rows.
    """

    folder: Path
    models: int
    tests: int
    broken_models: tuple[str, ...]
    failed_tests: tuple[str, ...]


def build_warehouse(
    consortium: Consortium,
    store: Path,
    folder: Path,
    reporting_date: date,
    known_until: datetime | None = None,
    releases: Path | None = None,
    decisions: Path | None = None,
    ground: str = "",
    last_build: Path | None = None,
) -> BuildResult:
    """Build the warehouse of one consortium into ``folder``, which is emptied first.

    Args:
        consortium: With its declarations.
        store: Root of the register store.
        folder: Where the build goes.
        reporting_date: The day for which figures are stated.
        known_until: Deliveries received later are left out; None for none.
        releases: Root of the closed periods; None when there are none.
        decisions: Root of the register of decisions; None when there are none.
        ground: Hash of all that this is made from but for deliveries and the day.
        last_build: An audited database of the same consortium to begin with, so that only what
            has changed is done again; taken when it was made on the same ground, else ignored.
    """
    shutil.rmtree(folder, ignore_errors=True)
    declared = folder / "declared"
    declared.mkdir(parents=True)
    if last_build is not None and _ground_of(last_build) == ground:
        shutil.copyfile(last_build, folder / DATABASE)
    for name, table in declaration_tables(consortium, reporting_date).items():
        pyarrow.parquet.write_table(table, declared / f"{name}.parquet")
    Releases(releases or folder / NO_RELEASES).prepare()
    Decisions(decisions or folder / NO_DECISIONS).prepare()
    environment = dbt_environment(store, folder, known_until, releases, decisions)
    _run_dbt(folder, environment | {"EUROCLUSTER_GROUND": ground})
    return _results(folder)


def _ground_of(database: Path) -> str | None:
    """Return the ground of a built database, None when it cannot be begun with."""
    import duckdb

    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            found = connection.execute(
                "select any_value(ground) from intermediate.int_attendance_built"
            ).fetchone()
    except duckdb.Error:
        return None
    return found[0] if found else None


def close_off(database: Path) -> None:
    """Take out of a built database what reads the register store: readers have the file alone."""
    import duckdb

    with duckdb.connect(str(database)) as connection:
        for view in ("intermediate.int_attendance_facts", "staging.stg_attendance"):
            connection.execute(f"drop view if exists {view}")


def dbt_environment(
    store: Path,
    folder: Path,
    known_until: datetime | None = None,
    releases: Path | None = None,
    decisions: Path | None = None,
) -> dict[str, str]:
    """Return the variables that the dbt project reads."""
    return {
        "EUROCLUSTER_KNOWN_UNTIL": (known_until or _ALWAYS).isoformat(),
        "EUROCLUSTER_STORE": str(store),
        "EUROCLUSTER_RELEASES": str(releases or folder / NO_RELEASES),
        "EUROCLUSTER_DECISIONS": str(decisions or folder / NO_DECISIONS),
        "EUROCLUSTER_BUILD": str(folder),
        "DBT_PROFILES_DIR": str(DBT_PROJECT),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def _run_dbt(folder: Path, environment: dict[str, str]) -> None:
    """Run one ``dbt build`` in a process of its own, which releases the file at its end."""
    results = folder / "run_results.json"
    command = [
        sys.executable, "-m", "eurocluster.dbt_process", str(results), "--no-use-colors", "build",
        "--project-dir", str(DBT_PROJECT),
        "--target-path", str(folder.parent / "dbt"),
        "--log-path", str(folder / "logs"), "--log-level-file", "none",
        "--exclude-resource-type", "unit_test",
    ]  # fmt: skip
    run = subprocess.run(
        command,
        env={**os.environ, **environment},
        # It writes on when this process alone is killed; nobody begins beside it.
        pass_fds=descriptors(),
        capture_output=True,
        text=True,
        check=False,
    )
    (folder / "dbt.txt").write_text(run.stdout + run.stderr, encoding="utf-8")
    if not results.exists():
        raise RuntimeError(f"dbt could not start; its words are in {folder / 'dbt.txt'}")


def _results(folder: Path) -> BuildResult:
    results = json.loads((folder / "run_results.json").read_text())["results"]
    models = [r for r in results if r["unique_id"].split(".")[0] in ("model", "seed")]
    tests = [r for r in results if r["unique_id"].startswith("test.")]
    return BuildResult(
        folder=folder,
        models=len(models),
        tests=len(tests),
        broken_models=_names(r for r in models if r["status"] != "success"),
        failed_tests=_names(r for r in tests if r["status"] not in ("pass", "warn")),
    )


def _names(results: Any) -> tuple[str, ...]:
    return tuple(sorted(result["unique_id"].split(".")[2] for result in results))


def declaration_tables(consortium: Consortium, reporting_date: date) -> dict[str, pyarrow.Table]:
    """Return the declarations as tables, one per dbt source of ``declared``."""
    project = consortium.project
    declared_targets: dict[str, Target] = {target.kpi: target for target in project.targets}
    for kpi, value in CALL_TARGETS.items():
        if kpi not in declared_targets:
            declared_targets[kpi] = Target.model_validate(
                {"kpi": kpi, "target": value, "due": f"M{project.months}", "source": "call"}
            )
    parameters = project.parameters.model_dump()
    parameters["visitor_once_waivers"] = list(parameters["visitor_once_waivers"])
    if parameters["o4_denominator"] == "actual":
        parameters["o4_denominator"] = None

    def due(month: str) -> dict[str, Any]:
        number = int(month[1:])
        return {"due_month": number, "due_day": month_bounds(project.start, number)[1]}

    return {
        "project": _table(
            {
                "code": pyarrow.string(), "name": pyarrow.string(),
                "first_day": pyarrow.date32(), "last_day": pyarrow.date32(),
                "months": pyarrow.int64(), "runs_clusterxchange": pyarrow.bool_(),
                "joint_min_partners": pyarrow.int64(), "sme_policy": pyarrow.string(),
                "reporting_date": pyarrow.date32(), "months_elapsed": pyarrow.int64(),
            },
            [
                {
                    "code": project.code, "name": project.title or project.name,
                    "first_day": project.start, "last_day": project.end,
                    "months": project.months,
                    "runs_clusterxchange": project.runs_clusterxchange,
                    "joint_min_partners": project.joint_min_partners,
                    "sme_policy": project.sme_policy,
                    "reporting_date": reporting_date,
                    "months_elapsed": project.months_elapsed(reporting_date),
                }
            ],
        ),
        "periods": _table(
            {
                "code": pyarrow.string(), "position": pyarrow.int64(),
                "first_month": pyarrow.int64(), "last_month": pyarrow.int64(),
                "first_day": pyarrow.date32(), "last_day": pyarrow.date32(),
            },
            [
                {**period._asdict(), "position": position}
                for position, period in enumerate(project.reporting_periods, start=1)
            ],
        ),
        "partners": _table(
            {
                "code": pyarrow.string(), "name": pyarrow.string(),
                "name_key": pyarrow.string(), "country": pyarrow.string(),
                "language": pyarrow.string(), "identifiers": pyarrow.list_(pyarrow.string()),
            },
            [
                {
                    "code": partner.partner, "name": partner.name,
                    "name_key": organisation_key(partner.name),
                    "country": partner.country, "language": partner.language,
                    "identifiers": partner_identifiers(partner),
                }
                for partner in consortium.partners
            ],
        ),
        "targets": _table(
            {
                "kpi": pyarrow.string(), "baseline": pyarrow.float64(),
                "target": pyarrow.float64(), "due_month": pyarrow.int64(),
                "due_day": pyarrow.date32(), "source": pyarrow.string(),
            },
            [
                {
                    "kpi": target.kpi, "baseline": target.baseline, "target": target.target,
                    "source": target.source, **due(target.due),
                }
                for target in declared_targets.values()
            ],
        ),
        "deliverables": _table(
            {
                "code": pyarrow.string(), "due_month": pyarrow.int64(),
                "due_day": pyarrow.date32(), "state": pyarrow.string(),
            },
            [
                {"code": item.code, "state": item.state, **due(item.due)}
                for item in project.deliverables
            ],
        ),
        "expected_registers": _table(
            {
                "partner": pyarrow.string(), "register": pyarrow.string(),
                "every": pyarrow.string(), "due_day": pyarrow.int64(),
            },
            [
                {
                    "partner": partner.partner, "register": register.name,
                    "every": register.expected.every, "due_day": register.expected.due_day,
                }
                for partner in consortium.partners
                for register in partner.registers
                if register.expected
            ],
        ),
        "parameters": _table(
            {
                "k_4a_m1_scope": pyarrow.string(), "k_4a_m1_min_hours": pyarrow.float64(),
                "count_renewals": pyarrow.bool_(), "allow_virtual": pyarrow.bool_(),
                "require_closing_report": pyarrow.bool_(), "visitor_once": pyarrow.bool_(),
                "visitor_once_waivers": pyarrow.list_(pyarrow.string()),
                "o4_denominator": pyarrow.int64(), "count_agreements": pyarrow.bool_(),
                "attendance_implies_investment": pyarrow.bool_(),
                "o2_headline": pyarrow.string(), "include_cluster_staff": pyarrow.bool_(),
                "include_job_seekers": pyarrow.bool_(),
                "mass_withdrawal_share": pyarrow.float64(),
            },
            [parameters],
        ),
    }  # fmt: skip


def _table(columns: dict[str, pyarrow.DataType], rows: list[dict[str, Any]]) -> pyarrow.Table:
    return pyarrow.Table.from_pylist(rows, schema=pyarrow.schema(columns))
