"""The dbt project as plain SQL: compiled once, then run on a consortium in DuckDB's memory.

A build through dbt takes seconds, most of them dbt's own; the same compiled statements, in the
same order, take a fraction of one, so that a property can be tried on many consortia.

Belongs here: compiling, running the models and the audits, reading relations.
Does not belong here: what the consortia hold (consortia.py), storing them (tests/delivering.py).
"""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import duckdb

from eurocluster.releases import Releases
from eurocluster.stewardship.decisions import Decisions
from eurocluster.warehouse import DBT_PROJECT, NO_DECISIONS, NO_RELEASES, dbt_environment

Row = tuple[Any, ...]

_REPLACED = (
    "EUROCLUSTER_KNOWN_UNTIL", "EUROCLUSTER_STORE", "EUROCLUSTER_RELEASES",
    "EUROCLUSTER_DECISIONS", "EUROCLUSTER_BUILD",
)  # fmt: skip


@dataclass(frozen=True)
class CompiledProject:
    """Statements of the dbt project; values of ``environment`` stand for those of a build."""

    environment: tuple[tuple[str, str], ...]
    schemas: tuple[str, ...]
    seeds: tuple[tuple[str, Path], ...]
    models: tuple[tuple[str, str, str], ...]
    audits: tuple[tuple[str, str], ...]

    @classmethod
    def compile(cls, folder: Path) -> Self:
        """Compile the project into ``folder``, unless another process has."""
        store, build, manifest = folder / "STORE", folder / "BUILD", folder / "target/manifest.json"
        build.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not manifest.exists():
                _compile(folder, store, build)
        nodes = json.loads(manifest.read_text())["nodes"]
        environment = dbt_environment(store, build)
        ordered = [nodes[name] for name in _in_order(nodes)]
        return cls(
            # The build folder last: the others may lie in it.
            environment=tuple((name, environment[name]) for name in _REPLACED),
            schemas=tuple(sorted({node["schema"] for node in ordered})),
            seeds=tuple(
                (node["relation_name"], DBT_PROJECT / node["original_file_path"])
                for node in ordered
                if node["resource_type"] == "seed"
            ),
            models=tuple(
                (node["relation_name"], node["compiled_code"], node["language"])
                for node in ordered
                if node["resource_type"] == "model"
            ),
            audits=tuple(
                (node["name"], node["compiled_code"])
                for node in ordered
                if node["resource_type"] == "test"
            ),
        )


class Warehouse:
    """One warehouse in memory, rebuilt for every consortium; the seeds stay."""

    def __init__(self, project: CompiledProject) -> None:
        self._project = project
        self._connection = duckdb.connect(":memory:", config={"threads": 1})
        self._connection.execute("attach ':memory:' as warehouse; use warehouse")
        for schema in project.schemas:
            self._connection.execute(f"create schema if not exists {schema}")
        for relation, path in project.seeds:
            self._connection.execute(f"create table {relation} as from read_csv('{path}')")

    def build(
        self,
        store: Path,
        build: Path,
        releases: Path | None = None,
        known_until: datetime | None = None,
    ) -> None:
        """Run every model on the register store and the declarations of one consortium.

        Args:
            store: Root of the register store.
            build: Folder with the declarations.
            releases: Root of the closed periods; None when there are none.
            known_until: Only what had been received by then, None for everything.
        """
        Releases(releases or build / NO_RELEASES).prepare()
        said = dbt_environment(store, build, known_until, releases)
        Decisions(build / NO_DECISIONS).prepare()
        for relation, sql, language in self._project.models:
            if language == "python":
                self._run(relation, sql)
                continue
            statement = sql
            for name, compiled in self._project.environment:
                statement = statement.replace(compiled, said[name])
            self._connection.execute(f"create or replace table {relation} as ({statement})")

    def _run(self, relation: str, code: str) -> None:
        """Run a model in Python, as dbt would."""
        names: dict[str, Any] = {}
        exec(code, names)
        read = names["dbtObj"](lambda name: self._connection.query(f"select * from {name}"))
        made = names["model"](read, self._connection)
        self._connection.register("made_in_python", made)
        self._connection.execute(f"create or replace table {relation} as from made_in_python")
        self._connection.unregister("made_in_python")

    def failed_audits(self) -> list[str]:
        """Return the names of the audits that find rows."""
        return [
            name
            for name, sql in self._project.audits
            if self._connection.execute(f"select count(*) from ({sql})").fetchall() != [(0,)]
        ]

    def rows(self, query: str) -> list[Row]:
        """Return the rows of a query, in the order of their text."""
        return sorted(self._connection.execute(query).fetchall(), key=str)

    def differences(self, database: Path, schemas: Sequence[str]) -> list[str]:
        """Return the tables of some schemas that do not have the same rows in another database."""
        self._connection.execute(f"attach '{database}' as other (read_only)")
        try:
            tables = self.rows(
                "select distinct table_schema || '.' || table_name from information_schema.tables"
                f" where list_contains({list(schemas)}, table_schema)"
            )
            return [
                table
                for (table,) in tables
                if self.rows(
                    f"(from warehouse.{table} except all from other.{table})"
                    f" union all (from other.{table} except all from warehouse.{table})"
                )
            ]
        finally:
            self._connection.execute("detach other")

    def text(self) -> bytes:
        """Return every cell of every relation as one text."""
        relations = [relation for relation, _, _ in self._project.models]
        return "\n".join(
            str(row)
            for relation in relations
            for row in self._connection.execute(f"select * from {relation}").fetchall()
        ).encode()


def _compile(folder: Path, store: Path, build: Path) -> None:
    subprocess.run(
        [
            sys.executable, "-c", "from dbt.cli.main import cli; cli()", "compile",
            "--project-dir", str(DBT_PROJECT),
            "--target-path", str(folder / "target"),
            "--log-path", str(folder / "logs"),
            "--no-introspect",
        ],
        env={**os.environ, **dbt_environment(store, build)},
        check=True,
        capture_output=True,
    )  # fmt: skip


def _in_order(nodes: dict[str, Any]) -> list[str]:
    """Return the names of nodes so that each comes after those it depends on."""
    ordered: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in nodes and name not in ordered:
            for parent in sorted(nodes[name]["depends_on"].get("nodes", [])):
                visit(parent)
            ordered[name] = None

    for name in sorted(nodes):
        visit(name)
    return list(ordered)
