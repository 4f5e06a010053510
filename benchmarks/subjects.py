"""The subjects: which ways of doing one job are compared, on which files, and what is promised.

Belongs here: contenders of each subject, in the order of its table, and targets.
Does not belong here: what a contender does (reading.py, delivering.py, building.py, fetching.py).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import material
from benchmarks.declared import drive
from benchmarks.measuring import Contender, Measurement, measure, run_once
from benchmarks.native import CLIENTS

LIMIT, OURS = "limit", "ours"

_SMALL = 10_000
_MIDDLE = 100_000
"""Rows of the files on which peers run, which would need an hour for the large one."""
_LEAST = 100
"""Rows of a delivery that is next to nothing: what it costs is the fixed part."""
_HUGE = 5_000_000
_SECONDS_OF_VISITS = 60
_MEMORY_OF_VISITS = 2_000
"""MB that the api-server may hold beyond its start: pages, open warehouse, queries."""
_TIMES = 10
"""The larger consortium has as many times the attendance rows of the smaller."""
_PEERS = {"script": "script: pandas, pandera", "contract": "dlt, pydantic contract"}


@dataclass(frozen=True, slots=True)
class Target:
    """One promise and what was measured; ``bound`` is the most, or the least, that is promised."""

    what: str
    measured: float
    bound: float
    unit: str
    is_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the promise is kept."""
        if self.is_least:
            return self.measured >= self.bound
        return self.measured <= self.bound


@dataclass(frozen=True, slots=True)
class Subject:
    """One comparison, measured.

    Attributes:
        rows: Rows of the register, for the cost per row.
        note: What the figures do and do not say.
        measured: One measurement per way; one label starts with "ours", one with "limit".
        is_scored: Whether the ways say how many of the planted mistakes they found.
        targets: Promises that these figures decide.
    """

    title: str
    rows: int
    note: str
    measured: list[Measurement]
    is_scored: bool = False
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """One kind of source beside its native client, in seconds that a clock shows.

    Attributes:
        client: The programs that read the same file.
        own_seconds, native_seconds: Medians of runs that took turns.
        polling_seconds: Asking many partners whether anything is new.
        grown_mib: What reading the file added to a process's memory.
    """

    kind: str
    client: str
    megabytes: float
    own_seconds: float
    native_seconds: float
    polling_seconds: float
    grown_mib: float

    @property
    def targets(self) -> tuple[Target, ...]:
        """What is promised of every kind: time, polling, memory."""
        times = self.own_seconds / self.native_seconds
        return (
            Target(f"{self.kind}: times {self.client}", times, 1.5, "×"),
            Target(f"{self.kind}: polling", self.polling_seconds, 10.0, " s"),
            Target(f"{self.kind}: memory", self.grown_mib, 64.0, " MiB"),
        )


@dataclass(frozen=True, slots=True)
class Fetching:
    """Kinds of source, each compared with another client: no way of one is that of the others."""

    title: str
    note: str
    measured: list[Fetched]

    @property
    def targets(self) -> tuple[Target, ...]:
        """Promises that these figures decide."""
        return tuple(target for kind in self.measured for target in kind.targets)


@dataclass(frozen=True, slots=True)
class Visiting:
    """People in the portal at the same time.

    Attributes:
        measured: What was seen → number, with its unit in the name.
    """

    title: str
    note: str
    measured: dict[str, float]
    targets: tuple[Target, ...]


def reading_workbooks(folder: Path, rows: int, runs: int) -> list[Subject]:
    """Return the comparison of readers of xlsx, and ours with all that follows."""
    count = min(_MIDDLE, rows)
    home = _material(folder, count, "workbook", material.workbook_home)
    path = drive(home) / "attendance.xlsx"
    ways = {
        "limit: python-calamine, bare": "calamine",
        "ours: WorkbookReader": "ours",
        "openpyxl, read-only": "openpyxl_read_only",
        "openpyxl": "openpyxl_full",
        "pandas.read_excel (openpyxl)": "pandas_excel",
    }
    contenders = _reading(path, ways)
    whole = _delivery(folder, "ours", count, home)
    contenders.insert(2, replace(whole, label="the same, judged and stored"))
    measured = measure(contenders, runs)
    times = measured[1].cpu_seconds / measured[0].cpu_seconds
    targets = (Target(f"{count:,} rows: xlsx read, times a bare read", times, 3.0, "×"),)
    return [
        Subject(
            f"Reading a workbook of {count:,} rows (xlsx, 18 columns, shared texts)",
            count,
            "Ours reads in a child process with limits and keeps types, error cells, hidden rows"
            " and merged cells; its memory is that of both processes.",
            measured,
            targets=targets if count == _MIDDLE else (),
        )
    ]


def reading_text(folder: Path, rows: int, runs: int) -> list[Subject]:
    """Return the comparison of readers of csv."""
    count = min(_MIDDLE, rows)
    path = _material(folder, count, "text", material.text_of)
    ways = {
        "limit: csv module": "csv_module",
        "ours: WorkbookReader": "ours",
        "pandas.read_csv (text)": "pandas_csv",
    }
    return [
        Subject(
            f"Reading a csv of {count:,} rows (cp1250, semicolons, 18 columns)",
            count,
            "Ours finds encoding and delimiter by itself; the others are told.",
            measure(_reading(path, ways), runs),
        )
    ]


def delivering(folder: Path, rows: int, runs: int) -> list[Subject]:
    """Return the comparison of whole deliveries at several sizes, and how the cost grows."""
    sizes = sorted({min(_SMALL, rows), min(_MIDDLE, rows), rows})
    subjects = [
        _deliveries(folder, size, runs, with_peers=size == min(_MIDDLE, rows)) for size in sizes
    ]
    return _with_growth(folder, subjects, runs)


def scaling(folder: Path, rows: int, runs: int) -> list[Subject]:
    """Return ours and the limit alone, up to five million rows."""
    sizes = sorted({min(_SMALL, rows), min(_MIDDLE, rows), rows, _HUGE})
    return _with_growth(folder, [_deliveries(folder, size, runs) for size in sizes], runs)


def building(folder: Path, rows: int, runs: int) -> list[Subject]:
    """Return what a build of the warehouse costs, and what of it is there without any row."""
    count = min(_MIDDLE, rows)
    clean = _material(folder, count, "clean", material.clean_home)
    nothing = _material(folder, count, "empty", material.empty_home)
    full, empty = folder / "built-full", folder / "built-empty"
    run_once("-m", "benchmarks.delivering", OURS, str(clean), str(full))

    def build(way: str, home: Path, data: Path) -> tuple[str, ...]:
        return ("-m", "benchmarks.building", way, str(home), str(data))

    measured = measure(
        [
            Contender("limit: DuckDB, one table", build(LIMIT, clean, full)),
            Contender("ours: dbt build", build(OURS, clean, full)),
            Contender("dbt build, empty store", build(OURS, nothing, empty)),
        ],
        runs,
    )
    _, ours, fixed = measured
    per_row = (ours.cpu_seconds - fixed.cpu_seconds) / count
    return [
        Subject(
            f"Building the warehouse from a store with {count:,} attendance rows",
            count,
            f"{ours.found['models']} models and {ours.found['tests']} tests. The empty store shows"
            f" dbt's own cost, {fixed.cpu_seconds:.1f} s of start, parsing and one statement per"
            f" node; beyond it a row costs {1e6 * per_row:.0f} µs.",
            measured,
        )
    ]


def consortium(folder: Path, rows: int, _runs: int) -> list[Subject]:
    """Return what builds of a hundred partners cost, at two sizes, and what readers wait for."""
    nothing = folder / "consortium-nothing"
    home = folder / "consortium"
    run_once("-m", "benchmarks.stored", str(home), str(nothing), "0")
    (start,) = measure([_build("start", home, nothing)], 1)
    subjects = [
        _of_consortium(folder, home, size, start.cpu_seconds) for size in (rows, _TIMES * rows)
    ]
    sizes = [subject.rows for subject in subjects]
    seconds = [subject.measured[1].cpu_seconds for subject in subjects]
    exponent = growth(sizes, seconds, start.cpu_seconds)
    what = f"{sizes[0]:,} – {sizes[1]:,} rows: exponent beyond dbt's own start"
    grown = replace(subjects[1], targets=(*subjects[1].targets, Target(what, exponent, 1.0, "")))
    return [subjects[0], grown]


def _of_consortium(folder: Path, home: Path, rows: int, start: float) -> Subject:
    data = folder / f"consortium-{rows}"
    run_once("-m", "benchmarks.stored", str(home), str(data), str(rows))
    limit = Contender(
        "limit: DuckDB, one table",
        ("-m", "benchmarks.building", LIMIT, str(home), str(data)),
    )
    measured = measure([limit, _build("ours: first build", home, data)], 1)
    published = run_once("-m", "benchmarks.building", "publish", str(home), str(data))
    queries = run_once("-m", "benchmarks.building", "queries", str(home), str(data))
    run_once("-m", "benchmarks.stored", str(home), str(data), str(rows), "correction")
    measured += measure([_build("one partner's correction", home, data)], 1)
    _, first, corrected = (found.cpu_seconds - start for found in measured)
    size = f"{rows:,} rows"
    targets = [
        Target(f"{size}: one correction, of the first build", 100 * corrected / first, 25, " %"),
        Target(
            f"{size}: publishing {published['megabytes']:.0f} MB, for 500 MB",
            500 * published["seconds"] / published["megabytes"],
            3.0,
            " s",
        ),
    ]
    if rows > _HUGE:
        targets += [
            Target(f"{size}: CPU beyond dbt's own start", first, 120, " s"),
            Target(f"{size}: memory", measured[1].peak_mb, 2500, " MB"),
        ]
    else:
        targets += [Target(f"{size}: {name}", taken, 100, " ms") for name, taken in queries.items()]
    return Subject(
        f"The warehouse of 100 partners and 100,000 organisations, {size} of attendance",
        rows,
        f"dbt's own start, an empty store with the same declarations, takes {start:.1f} s and is"
        " part of each build here. The correction is one of a hundred attendance registers.",
        measured,
        targets=tuple(targets),
    )


def visiting(folder: Path, rows: int, _runs: int) -> list[Visiting]:
    """Return how long fifty people at once wait for pages, and what the api-server holds."""
    home, data = folder / "consortium", folder / f"consortium-{rows}"
    if not (data / "warehouse" / "published" / "current").exists():
        run_once("-m", "benchmarks.stored", str(home), str(data), str(rows))
        run_once("-m", "benchmarks.building", OURS, str(home), str(data))
        run_once("-m", "benchmarks.building", "publish", str(home), str(data))
    seen = run_once("-m", "benchmarks.visiting", str(home), str(data), str(_SECONDS_OF_VISITS))
    targets = [
        Target(
            f"50 people, {name.removeprefix('p95 ')}: 95 of 100 answers within", taken, 300, " ms"
        )
        for name, taken in seen.items()
        if name.startswith("p95 ")
    ]
    grown = seen["memory_peak"] - seen["memory_began"]
    return [
        Visiting(
            f"Fifty people in the portal, {rows:,} rows of attendance",
            "Each asks for a page a second after the last one came, on average, for a minute; pages"
            " are the scoreboard, KPIs and Explore with periods, policies, partners and queries as"
            " people vary them, the first of each made anew. Hurried: the same without a pause."
            " Server and visitors share this machine's cores. Memory is the api-server's with its"
            " children: pages that were made (64 MB at most), DuckDB's share, and two processes of"
            " queries.",
            seen,
            (*targets, Target("50 people: errors", seen["errors"], 0, ""),
             Target("50 people: memory beyond the start", grown, _MEMORY_OF_VISITS, " MB")),
        )
    ]  # fmt: skip


def _build(label: str, home: Path, data: Path) -> Contender:
    return Contender(label, ("-m", "benchmarks.building", OURS, str(home), str(data)))


def fetching(_folder: Path, _rows: int, runs: int) -> list[Fetching]:
    """Return every kind of source at its real server, beside the client that comes with it."""
    measured = [
        Fetched(kind, **run_once("-m", "benchmarks.fetching", kind, str(runs))) for kind in CLIENTS
    ]
    return [
        Fetching(
            "Fetching a large file, and asking 50 partners for 8 unchanged files each",
            "Seconds are wall time; servers, clients and the network share this machine's cores."
            " Both connect, sign in (s3, azure_blob, sharepoint, google_drive: the native client is"
            " given a signature or token), and read and drop a file whose name is known. Beside"
            " curl, which only moves bytes, jq and base64 take records and mails apart, as ours"
            " does; sql: psql has the server write the JSON. Polling: 8 partners at a time, a"
            " session each, 40 ms there and back (folder: no network). rest and sql hold one list"
            " per place: 8 registers and sessions; a table has no version and is read each time.",
            measured,
        )
    ]


SUBJECTS: dict[str, Callable[[Path, int, int], Sequence[Subject | Fetching | Visiting]]] = {
    "workbooks": reading_workbooks,
    "text": reading_text,
    "delivery": delivering,
    "warehouse": building,
    "consortium": consortium,
    "portal": visiting,
    "scaling": scaling,
    "sources": fetching,
}
USUAL = ("workbooks", "text", "delivery", "warehouse")
"""Subjects of a run that names none; the others take long."""


def growth(sizes: Sequence[int], seconds: Sequence[float], fixed: float) -> float:
    """Return the exponent with which cost beyond the fixed part grows: the slope of the logarithms.

    Raises:
        ValueError: There are fewer than two sizes.
    """
    points: list[tuple[float, float]] = [
        (math.log(size), math.log(max(taken - fixed, 1e-3)))
        for size, taken in zip(sizes, seconds, strict=True)
    ]
    if len(points) < 2:
        raise ValueError("growth needs two sizes")
    middle_x, middle_y = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    rise: float = sum((x - middle_x) * (y - middle_y) for x, y in points)
    run: float = sum((x - middle_x) ** 2 for x, _ in points)
    return rise / run


def _deliveries(folder: Path, rows: int, runs: int, *, with_peers: bool = False) -> Subject:
    home = _material(folder, rows, "spoiled", material.spoiled_home)
    ways = {LIMIT: "limit: DuckDB, as text", OURS: "ours: read, judged, stored"}
    if with_peers:
        ways |= {"returned": "the same, workbook returned"} | _PEERS
    contenders = [replace(_delivery(folder, way, rows, home), label=ways[way]) for way in ways]
    measured = measure(contenders, runs)
    planted = str(material.planted_in(folder, rows))
    scored = [
        replace(
            found,
            found=run_once(
                "-m", "benchmarks.scoring", way, str(_out(folder, way, rows)), str(home), planted
            ),
        )
        if way == OURS or way in _PEERS
        else found
        for found, way in zip(measured, ways, strict=True)
    ]
    limit, ours = scored[:2]
    targets = [
        Target(
            f"{rows:,} rows: planted cells found",
            100 * ours.found["found"] / ours.found["planted"],
            100.0,
            " %",
            is_least=True,
        ),
        Target(f"{rows:,} rows: good rows refused", ours.found["refused"], 0, ""),
        Target(f"{rows:,} rows: good cells blamed", ours.found["blamed"], 0, ""),
    ]
    if rows > _MIDDLE:
        times = ours.cpu_seconds / limit.cpu_seconds
        targets.append(Target(f"{rows:,} rows: CPU, times the limit", times, 2.0, "×"))
        targets.append(Target(f"{rows:,} rows: memory", ours.peak_mb, 800, " MB"))
    if with_peers and rows == _MIDDLE:
        for peer, least in zip(scored[-len(_PEERS) :], (5.0, 15.0), strict=True):
            times = peer.cpu_seconds / ours.cpu_seconds
            what = f"{rows:,} rows: cheaper than {peer.label}"
            targets.append(Target(what, times, least, "×", is_least=True))
    return Subject(
        f"One delivery of {rows:,} rows, from the csv to rows that can be queried",
        rows,
        f"{ours.found['planted']:,} cells in {ours.found['rows']:,} rows are wrong, 2 % of all."
        " Cells: something is said about exactly that cell; rows: about something in the row, or"
        " it is left out. Blamed: good cells; refused: good rows.",
        scored,
        is_scored=True,
        targets=tuple(targets),
    )


def _with_growth(folder: Path, subjects: list[Subject], runs: int) -> list[Subject]:
    """Return the subjects, the last with the exponent of all."""
    if len(subjects) < 2:
        return subjects
    home = _material(folder, _LEAST, "spoiled", material.spoiled_home)
    (fixed,) = measure([_delivery(folder, OURS, _LEAST, home)], runs)
    sizes = [subject.rows for subject in subjects]
    seconds = [subject.measured[1].cpu_seconds for subject in subjects]
    exponent = growth(sizes, seconds, fixed.cpu_seconds)
    what = (
        f"{sizes[0]:,} – {sizes[-1]:,} rows: exponent of the cost beyond the"
        f" {fixed.cpu_seconds:.1f} s of {_LEAST} rows"
    )
    last = subjects[-1]
    grown = replace(last, targets=(*last.targets, Target(what, exponent, 1.02, "")))
    return [*subjects[:-1], grown]


def _delivery(folder: Path, way: str, rows: int, home: Path) -> Contender:
    out = str(_out(folder, way, rows))
    return Contender(way, ("-m", "benchmarks.delivering", way, str(home), out))


def _out(folder: Path, way: str, rows: int) -> Path:
    return folder / "delivered" / f"{way}-{rows}"


def _material(folder: Path, rows: int, what: str, place: Callable[[Path, int], Path]) -> Path:
    """Have the material written unless an earlier subject has; return where it lies."""
    found = place(folder, rows)
    if not found.exists():
        run_once("-m", "benchmarks.material", str(folder), str(rows), what)
    return found


def _reading(path: Path, ways: dict[str, str]) -> list[Contender]:
    return [
        Contender(label, ("-m", "benchmarks.reading", way, str(path)))
        for label, way in ways.items()
    ]
