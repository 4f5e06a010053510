"""The command line as someone types it, rightly and wrongly: words, formats, exit codes."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eurocluster import nightly
from eurocluster.cli import app
from eurocluster.settings import ROOT, Settings
from eurocluster.terminal.nights import ingested_line

EXAMPLES = ROOT / "tests" / "worked_examples"
EXCHANGES = EXAMPLES / "4a_o3_o4"
COMMANDS = (
    "run", "kpis", "explain", "query", "scenario", "close", "releases",
    "questions", "decide", "exclude", "include", "decisions", "undo",
    "check", "read", "template", "onboard", "drop", "submit", "notices",
    "relink", "accesses", "forget-person", "housekeeping", "rotate-secret",
)  # fmt: skip
GOOD, JUDGED_BAD, USAGE, COULD_NOT_RUN = range(4)

Figure = dict[str, Any]


@pytest.fixture
def eurocluster(published: Settings) -> Callable[..., Any]:
    """Calls the command line on the small published consortium."""

    def call(*arguments: str, data: Path = published.data, home: Path = published.home) -> Any:
        environment = {
            "EUROCLUSTER_DATA": str(data), "EUROCLUSTER_HOME": str(home), "COLUMNS": "100",
            "EUROCLUSTER_SECRET": "a secret of the tests",
        }  # fmt: skip
        done = CliRunner().invoke(app, arguments, env=environment)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return call


@pytest.fixture
def consortium(tmp_path: Path) -> Path:
    """A consortium folder with one partner that delivers nothing."""
    (tmp_path / "partners").mkdir()
    (tmp_path / "project.yml").write_text(
        "version: 1\ncode: example\nname: Example\nstart: 2022-09-01\nmonths: 36\n"
        "periods: {RP1: M1-M18, RP2: M19-M36}\nruns_clusterxchange: true\n"
    )
    (tmp_path / "partners" / "p1.yml").write_text(
        "version: 1\npartner: p1\nname: Klaster\ncountry: PL\nlanguage: pl\n"
    )
    return tmp_path


def test_help_names_every_command() -> None:
    call = "from eurocluster.cli import app; app(prog_name='eurocluster')"
    done = subprocess.run(
        [sys.executable, "-c", call, "--help"], check=True, capture_output=True, text=True
    )
    for command in COMMANDS:
        assert f" {command} " in done.stdout


def test_help_imports_nothing_heavy() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, eurocluster.cli; print(*sys.modules)"],
        check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    heavy = {"sqlalchemy", "duckdb", "pandas", "pyarrow", "pydantic", "eurocluster.nightly"}
    assert heavy & set(loaded) == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_how_it_is_used(command: str, eurocluster) -> None:
    done = eurocluster(command, "--help")
    assert done.exit_code == GOOD
    assert f"eurocluster {command}" in done.stdout.partition("For example")[2]


def test_kpis_as_json_has_exactly_the_fields_of_the_design(eurocluster) -> None:
    figures = json.loads(eurocluster("kpis", "--format", "json").stdout)
    assert {tuple(figure) for figure in figures} == {
        (
            "kpi",
            "period",
            "measure",
            "policy",
            "value",
            "numerator",
            "denominator",
            "target",
            "state",
        )
    }
    assert {figure["measure"] for figure in figures} == {"new", "cumulative", "active"}
    assert {f["measure"] for f in figures if f["period"] == "all"} == {"cumulative", "active"}
    share = next(f for f in figures if f["kpi"] == "4a.O4" and f["policy"] == "reported")
    assert repr(share["value"]) == "40.0"
    assert repr(figures[0]["value"]) == "2"


def test_kpis_as_csv_says_the_same_as_json(eurocluster) -> None:
    rows = list(csv.DictReader(io.StringIO(eurocluster("kpis", "--format", "csv").stdout)))
    figures = json.loads(eurocluster("kpis", "--format", "json").stdout)
    assert [(row["kpi"], row["period"], row["value"]) for row in rows] == [
        (f["kpi"], f["period"], str(f["value"])) for f in figures
    ]


def test_kpis_are_narrowed_by_period_and_policy_in_whatever_case(eurocluster) -> None:
    done = eurocluster("kpis", "--period", "rp1", "--policy", "conservative", "--format", "json")
    figures = json.loads(done.stdout)
    assert {figure["period"] for figure in figures} == {"RP1"}
    assert {figure["policy"] for figure in figures} == {"conservative", None}


def test_kpis_as_a_table_is_the_scoreboard(eurocluster) -> None:
    screen = eurocluster("kpis").stdout
    assert screen.startswith("Example Eurocluster\n")
    assert "60.0 % (3/5)" in screen
    assert "warehouse/published/current/warehouse.duckdb" in screen.replace("\n", "").replace(
        " ", ""
    )


def test_explain_as_json_has_exactly_its_fields(eurocluster) -> None:
    rows = json.loads(eurocluster("explain", "4a.O3", "--format", "json").stdout)
    assert {tuple(row) for row in rows} == {
        (
            "kpi", "register", "record_key", "exchange_id", "reported_by", "unit",
            "counting_date", "period", "fate", "reason", "words", "duplicate_of", "file_name",
            "file_sha256", "sheet", "row_number", "cell_range",
        )
    }  # fmt: skip
    assert rows[0]["counting_date"] == "2023-05-10"
    assert rows[2]["duplicate_of"] == "wymiany.xlsx Wymiany A2:W2"


def test_explain_as_a_table_sums_up_the_fates_and_shows_every_row(eurocluster) -> None:
    screen = eurocluster("explain", "4A.o3").stdout
    assert screen.startswith("4a.O3 Short-term exchanges supported (clusterXchange)\n3 in all")
    sums, rows = screen.split("\ncounted\n")
    assert "pending:CLOSING_REPORT     1      1" in sums
    for exchange in ("X1", "X2", "X3", "X4", "X5", "X6", "X7"):
        assert f"\n{exchange} " in f"\n{rows}"
    assert max(map(len, screen.splitlines())) <= 100


def test_explain_says_that_a_policy_makes_no_difference(eurocluster) -> None:
    done = eurocluster("explain", "4a.O3", "--policy", "potential", "--format", "json")
    assert "same under every policy" in done.stderr
    assert json.loads(done.stdout)


def test_explain_says_why_a_figure_is_zero_beside_the_rows(publish_rows, grid, eurocluster) -> None:
    settings = publish_rows(kpi_values=grid(**{"4a_O3": {"value": 0.0}}), row_fates=[])
    done = eurocluster("explain", "4a.O3", "--format", "csv", data=settings.data)
    assert "No row of exchanges has been delivered" in done.stderr
    assert len(done.stdout.splitlines()) == 1
    assert "No row of exchanges" in eurocluster("explain", "4a.O3", data=settings.data).stdout


@pytest.mark.parametrize(
    ("format_", "answer"),
    [
        ("json", '[\n  {"kpi": "4a.M1", "n": 1}\n]\n'),
        ("csv", "kpi,n\n4a.M1,1\n"),
        ("table", "kpi    n\n────────\n4a.M1  1\n1 row\n"),
    ],
)
def test_query_answers_in_each_format(format_: str, answer: str, eurocluster) -> None:
    sql = "select kpi, 1 as n from kpis.kpi_scoreboard order by kpi limit 1"
    done = eurocluster("query", sql, "--format", format_)
    assert [line.rstrip() for line in done.stdout.splitlines()] == answer.splitlines()


def test_query_says_when_there_are_more_rows(eurocluster) -> None:
    done = eurocluster("query", "from range(9)", "--limit", "3", "--format", "csv")
    assert done.stdout == "range\n0\n1\n2\n"
    assert done.stderr == "Only the first 3 rows are shown; --limit shows more.\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["kpis", "--period", "RP3"],
            "Unknown period RP3. Did you mean RP2? Known: RP1, RP2, all.",
        ),
        (["explain", "4a.O9"], "Unknown KPI 4a.O9. Did you mean 4a.O4?"),
        (["explain", "total"], "Unknown KPI total. Known: 4a.M1, 4a.O1"),
        (["explain", "4a.O3.pending"], "is measured beside 4a.O3: explain 4a.O3."),
        (["explain", "4a.O3", "--partner", "p11"], "Unknown partner p11. Did you mean p1?"),
        (["explain", "4a.O3", "--unit", "zz"], "4a.O3 has no unit that begins with 'zz'."),
        (["query", "drop table core.project"], "can only be read: SELECT, not DROP."),
        (["query", "select 1 as a, 2 as a", "--format", "json"], "tell them apart with AS"),
        (["query", "select 1; select 2"], "One SELECT statement is expected, found 2."),
        (["query", "select * from nowhere"], "Table with name nowhere does not exist!"),
        (["query", "select * from read_text('/etc/hostname')"], "Cannot access file"),
        (["read", "nowhere.xlsx"], "does not exist"),
        (["kpis", "--policy", "hopeful"], "'hopeful' is not one of"),
        (["kpis", "--format", "xml"], "'xml' is not one of"),
        (["explain"], "Missing argument 'KPI'"),
        (["frobnicate"], "No such command 'frobnicate'"),
    ],
)
def test_asking_for_what_does_not_exist_is_told_and_ends_with_2(
    arguments: list[str], words: str, eurocluster
) -> None:
    done = eurocluster(*arguments)
    assert done.exit_code == USAGE
    assert words in " ".join(done.stderr.replace("│", " ").split())
    assert done.stdout == ""


@pytest.mark.parametrize("arguments", [["kpis"], ["explain", "4a.O3"], ["query", "select 1"]])
def test_before_the_first_night_every_question_ends_with_3(
    arguments: list[str], eurocluster, tmp_path: Path
) -> None:
    done = eurocluster(*arguments, data=tmp_path)
    assert done.exit_code == COULD_NOT_RUN
    assert "run `eurocluster run` first" in done.stderr


def test_wrong_declarations_are_told_line_by_line_and_nothing_runs(
    consortium: Path, eurocluster, tmp_path: Path
) -> None:
    (consortium / "project.yml").write_text("version: 1\nmonhts: 36\n")
    (consortium / "partners" / "p1.yml").write_text("version: 1\npartner: P 1\n")
    done = eurocluster("run", home=consortium, data=tmp_path / "data")
    assert done.exit_code == COULD_NOT_RUN
    lines = done.stderr.splitlines()
    assert any("project.yml, line 2: monhts: unknown key" in line for line in lines)
    assert any("p1.yml, line 2: partner:" in line for line in lines)
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data" / "warehouse").exists()


def test_a_missing_consortium_folder_is_told(eurocluster, tmp_path: Path) -> None:
    done = eurocluster("run", home=tmp_path / "nowhere", data=tmp_path / "data")
    assert done.exit_code == COULD_NOT_RUN
    assert "no such file" in done.stderr


@pytest.mark.parametrize("option", [["--partners", "p1,p7"], ["--registers", "exchange"]])
def test_partners_and_registers_that_are_not_declared_end_with_2(
    option: list[str], consortium: Path, eurocluster, tmp_path: Path
) -> None:
    done = eurocluster("run", *option, home=consortium, data=tmp_path / "data")
    assert done.exit_code == USAGE
    assert (
        f"Unknown {option[0].strip('-').removesuffix('s')} {option[1].split(',')[-1]}"
        in done.stderr
    )


def test_a_short_secret_is_told(consortium: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app,
        ["run"],
        env={
            "EUROCLUSTER_HOME": str(consortium),
            "EUROCLUSTER_DATA": str(tmp_path / "data"),
            "EUROCLUSTER_SECRET": "short",
        },
    )
    assert done.exit_code == COULD_NOT_RUN
    assert "at least 16 bytes" in done.stderr


def test_a_failed_audit_ends_with_1_and_publishes_nothing(
    consortium: Path, eurocluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = {
        "build_id": "b", "path": str(tmp_path), "models": 9, "tests": 9, "broken_models": [],
        "failed_tests": ["policies_are_ordered"],
    }  # fmt: skip
    monkeypatch.setattr(nightly, "_build", lambda _: built)
    done = eurocluster("run", home=consortium, data=tmp_path / "data")
    assert done.exit_code == JUDGED_BAD
    assert "policies_are_ordered failed" in done.stderr
    assert "Nothing is published" in done.stderr


def test_a_partner_that_fails_for_our_own_reasons_does_not_stop_the_others(
    consortium: Path, eurocluster, published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (consortium / "partners" / "p2.yml").write_text(
        "version: 1\npartner: p2\nname: Grappe\ncountry: BE\nlanguage: fr\n"
    )

    def ingest_all(*_: Any) -> Iterator[tuple[str, dict[str, Any] | Exception]]:
        yield "p1", KeyError("Anna Nowak")
        yield "p2", {"partner": "p2", "registers": [], "returned": 0}

    monkeypatch.setattr(nightly, "ingest_all", ingest_all)
    refreshed = {"models": 9, "tests": 9}, {"publication_id": "b", "new": False}
    monkeypatch.setattr(nightly, "refresh", lambda *_: refreshed)
    done = eurocluster("run", home=consortium)
    assert done.exit_code == COULD_NOT_RUN
    assert "p1  failed: KeyError" in done.stdout
    assert "p2    0 files" in done.stdout
    assert "Nowak" not in done.output
    assert "Example Eurocluster" in done.stdout
    assert "Not done: p1." in done.stderr


def test_what_came_of_a_partner_is_one_line() -> None:
    register = {"outcome": "delivered", "files": 1, "rows": 400, "refused": 6, "doubtful": 20}
    done = {
        "partner": "p1",
        "registers": [
            register | {"register": "exchanges"},
            register | {"register": "pacts"},
            register | {"register": "attendance", "outcome": "held"},
            register | {"register": "services", "outcome": "unreachable"},
        ],
    }
    assert ingested_line(done) == (
        "p1    4 files   1,600 rows    24 refused    80 doubtful"
        "  2 delivered, 1 held (attendance), 1 not fetched (services)"
    )


def test_read_shows_the_cells_of_a_workbook(eurocluster) -> None:
    done = eurocluster("read", str(EXCHANGES / "drives" / "p1" / "wymiany.xlsx"))
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert rows[0][:4] == ["sheet", "row", "A", "B"]
    first = next(row for row in rows if row[2] == "X1")
    assert first[:2] == ["Wymiany", "5"]
    assert {"2023-05-08", "2023-05-10"} <= set(first)


def test_read_shows_one_sheet_of_several_and_knows_their_names(eurocluster) -> None:
    file = str(EXCHANGES / "drives" / "p3" / "mitroa.ods")
    one = eurocluster("read", file, "--sheet", "Ανταλλαγές").stdout
    assert {row[0] for row in csv.reader(io.StringIO(one))} == {"sheet", "Ανταλλαγές"}
    unknown = eurocluster("read", file, "--sheet", "Ανταλλαγη")
    assert unknown.exit_code == USAGE
    assert "Did you mean Ανταλλαγές?" in unknown.stderr


def test_read_takes_the_encoding_and_delimiter_that_it_is_told(eurocluster, tmp_path: Path) -> None:
    file = tmp_path / "rejestr.csv"
    file.write_bytes("Zażółć|gęślą;jaźń\n1,5|2\n".encode("cp1250"))
    done = eurocluster("read", str(file), "--encoding", "cp1250", "--delimiter", "|")
    assert done.stdout.splitlines()[1] == '"",1,"Zażółć","gęślą;jaźń"'


def test_read_says_why_a_file_is_not_readable_and_ends_with_1(eurocluster, tmp_path: Path) -> None:
    file = tmp_path / "broken.xlsx"
    file.write_bytes(b"PK\x03\x04 no workbook")
    done = eurocluster("read", str(file))
    assert done.exit_code == JUDGED_BAD
    assert done.stderr.startswith("broken.xlsx: ")
    assert "(F01)" in done.stderr
    assert done.stdout == ""


@pytest.mark.slow
def test_one_night_on_a_worked_example_ends_with_its_scoreboard(tmp_path: Path) -> None:
    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = "from eurocluster.cli import app; app(prog_name='eurocluster')"
        return subprocess.run(
            [sys.executable, "-c", command, *arguments],
            env=os.environ
            | {
                "EUROCLUSTER_HOME": str(EXCHANGES), "EUROCLUSTER_DATA": str(tmp_path),
                "EUROCLUSTER_SECRET": "a secret of the tests", "COLUMNS": "120",
            },
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    night = call("run")
    assert night.returncode == GOOD, night.stderr
    assert "audits passed" in night.stdout
    assert "60.0 % (3/5)" in night.stdout
    assert "\x1b" not in night.stdout
    rows = json.loads(call("explain", "4a.O3", "--format", "json").stdout)
    assert {row["exchange_id"]: row["fate"] for row in rows}["X9"] == "excluded:VISITOR_ONCE"
    again = call("run")
    assert "2 unchanged" in again.stdout
    assert "Nothing new to publish" in again.stdout
