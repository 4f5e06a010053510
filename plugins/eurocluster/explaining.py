"""How a figure came about: every row of its registers with its fate, its reason and its place.

Rows come under the headline policy from ``evidence.row_fates``; under another policy the fates
come from all KPIs' rows and the places stay the same.

Belongs here: the rows of one KPI as values, what sums up their fates, why a figure is zero.
Does not belong here: sentences for reasons (fate_words), how it looks (terminal/explanations).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, bindparam, text

from eurocluster.fate_words import fate_words
from eurocluster.figures import ALL, Figure, read_figures, read_periods, read_project, read_titles

REGISTERS_OF: Final[dict[str, tuple[str, ...]]] = {
    "4a.M1": ("attendance",),
    "4a.O1": ("training_plans",),
    "4a.O2": ("label_applications",),
    "4a.O3": ("exchanges",),
    "4a.O4": ("exchanges",),
    "4b.M1": ("sme_investments",),
    "4b.O1": ("pacts",),
    "4b.O2": ("attendance", "service_deliveries"),
    "4b.O3": ("attendance",),
}
"""KPI → the registers that hold its units (kpis.md §2.4)."""

KPIS_WITH_POLICIES: Final = ("4a.O4", "4b.M1")
"""KPIs of which a row's fate depends on what is believed of an SME (G6)."""

JSON_FIELDS: Final = (
    "kpi", "register", "record_key", "exchange_id", "reported_by", "unit", "counting_date",
    "period", "fate", "reason", "words", "duplicate_of", "file_name", "file_sha256", "sheet",
    "row_number", "cell_range",
)  # fmt: skip
"""What the command line tells programs of each :class:`ExplainedRow`."""

_FATE_ORDER: Final = ("counted", "duplicate_of", "pending", "excluded")


class UnknownUnit(ValueError):
    """No unit of the KPI, or more than one, goes by what was given."""


@dataclass(frozen=True, slots=True)
class ExplainedRow:
    """One row and what became of it.

    Attributes:
        exchange_id: The register's own id of an exchange, None in other registers.
        period: Reporting period of the counting date, None outside the project.
        reason: What follows the fate's colon, None where nothing does.
        sentence: The fate in words, the same for every row of this fate.
        duplicate_of: Place of the row that is counted for the same unit.
        wrong_cells: Cells of the rule that an invalid row breaks, as ``F7 start_date``.
    """

    kpi: str
    register: str
    record_key: str
    exchange_id: str | None
    reported_by: str
    unit: str | None
    counting_date: date | None
    period: str | None
    fate: str
    reason: str | None
    sentence: str
    duplicate_of: str | None
    wrong_cells: str | None
    file_name: str
    file_sha256: str
    sheet: str
    row_number: int
    cell_range: str

    @property
    def words(self) -> str:
        """The fate in words, with the place that they are about."""
        if self.duplicate_of is not None:
            return f"{self.sentence.removesuffix('.')}: {self.duplicate_of}."
        if self.wrong_cells is not None:
            return f"{self.sentence} Look at {self.wrong_cells}."
        return self.sentence

    @property
    def place(self) -> str:
        """File, sheet and cells, as in ``exchanges.xlsx Sheet1 A2:W2``."""
        return _place(self.file_name, self.sheet, self.cell_range)


@dataclass(frozen=True, slots=True)
class FateGroup:
    """The rows of one fate; ``units`` are the distinct units among them."""

    fate: str
    sentence: str
    rows: tuple[ExplainedRow, ...]
    units: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows are wanted; None and ``all`` mean every one."""

    period: str = ALL
    policy: str | None = None
    partner: str | None = None
    unit: str | None = None
    fate: str | None = None


@dataclass(frozen=True, slots=True)
class FateCount:
    """How many rows and distinct units have one fate."""

    fate: str
    sentence: str
    rows: int
    units: int


_CHOSEN_FATES: Final = """
    fates as (
        select row_id, unit, counting_date, fate, duplicate_of, reported_by
        from intermediate.int_kpi_rows
        where kpi = :kpi and coalesce(policy, :policy) = :policy
    )
"""
_COUNTED_FATES: Final = """
    fates as (
        select
            row_id, unit, counted_on as counting_date, 'counted' as fate,
            cast(null as varchar) as duplicate_of, cast(null as varchar) as reported_by
        from intermediate.int_counted_units
        where kpi = :kpi and coalesce(policy, :policy) = :policy
    )
"""
_IS_CHOSEN: Final = """
    (cast(:fate as varchar) is null or fates.fate = :fate)
    and (cast(:partner as varchar) is null or fates.reported_by = :partner)
    and (cast(:unit as varchar) is null or fates.unit = :unit)
    and (cast(:period as varchar) is null or periods.period = :period)
"""

_ROWS_NAMED: Final = 1_000
"""Rows of a page at most: places of so few are found by name, those of more by a join with all."""
_GIVEN: Final = """
    select
        unnest(
            cast(
                :given as struct(
                    row_id varchar, unit varchar, counting_date date, period varchar, fate varchar,
                    duplicate_of varchar
                )[]
            ),
            recursive := true
        )
"""
_NAMED_PLACES: Final = """
    select * from intermediate.int_register_rows
    where register in :registers and row_id in :named
"""


def explain(connection: Connection, kpi: str, choice: Choice) -> list[ExplainedRow]:
    """Return the rows of a KPI's registers with their fates, counted ones first.

    Raises:
        UnknownUnit: ``choice.unit`` is the beginning of no unit of the KPI, or of several.
    """
    rules = _rules(connection)
    if choice.unit is not None:
        choice = replace(choice, unit=find_unit(connection, kpi, choice))
    wanted = [_row(kpi, row, rules) for row in _fates(connection, kpi, choice)]
    sizes = Counter(row.fate for row in wanted)
    return sorted(wanted, key=lambda row: _position(row, sizes))


def count_fates(connection: Connection, kpi: str, choice: Choice) -> list[FateCount]:
    """Return the fates of the chosen rows with their numbers, in the order of :func:`explain`."""
    rules = _rules(connection)
    rows = connection.execute(
        text(
            f"""
            with {_CHOSEN_FATES}

            select
                fates.fate,
                count(*) as row_count,
                count(distinct fates.unit) as unit_count
            from fates
            left join core.dim_periods as periods
                on fates.counting_date between periods.first_day and periods.last_day
            where {_IS_CHOSEN}
            group by fates.fate
            """  # noqa: S608 - constants of this module
        ),
        _asked(connection, kpi, choice),
    )
    found = [
        FateCount(row.fate, fate_words(kpi, row.fate, rules), row.row_count, row.unit_count)
        for row in rows
    ]
    return sorted(
        found, key=lambda f: (_FATE_ORDER.index(f.fate.partition(":")[0]), -f.rows, f.fate)
    )


def explain_page(
    connection: Connection, kpi: str, choice: Choice, limit: int, offset: int = 0
) -> list[ExplainedRow]:
    """Return some of the chosen rows, by day and place."""
    rules = _rules(connection)
    return [_row(kpi, row, rules) for row in _fates(connection, kpi, choice, limit, offset)]


def grouped(rows: Sequence[ExplainedRow]) -> list[FateGroup]:
    """Return the rows by fate, in the order in which :func:`explain` returns them."""
    fates = list(dict.fromkeys(row.fate for row in rows))
    groups = []
    for fate in fates:
        members = tuple(row for row in rows if row.fate == fate)
        units = len({row.unit for row in members if row.unit})
        groups.append(FateGroup(fate, members[0].sentence, members, units))
    return groups


def read_figure(connection: Connection, kpi: str, choice: Choice) -> Figure:
    """Return the cumulative figure that the rows explain; for a period, its new units."""
    policy = choice.policy or read_project(connection).sme_policy
    measure = "cumulative" if choice.period == ALL else "new"
    figures = read_figures(connection, period=choice.period, policy=policy)
    return next(f for f in figures if f.kpi == kpi and f.measure == measure)


def why_zero(connection: Connection, kpi: str, choice: Choice) -> str | None:
    """Return the first reason in the chain from delivery to fate, None unless the figure is 0."""
    figure = read_figure(connection, kpi, choice)
    if figure.state == "not_applicable" and figure.denominator is None:
        return "The project does not run clusterXchange, so the KPI does not apply."
    if (figure.value if figure.denominator is None else figure.numerator) != 0:
        return None
    every_row = explain(connection, kpi, Choice(policy=choice.policy))
    if not every_row:
        return _nothing_delivered(connection, kpi)
    qualifying = [row for row in every_row if row.fate == "counted"]
    if qualifying:
        days = sorted(row.counting_date for row in qualifying if row.counting_date)
        return (
            f"Nothing is first counted in {choice.period}: what counts does so from"
            f" {days[0].isoformat()} to {days[-1].isoformat()}."
        )
    groups = sorted(grouped(every_row), key=lambda group: -len(group.rows))
    first = groups[0]
    return (
        f"No row of {len(every_row):,} counts; most often ({len(first.rows):,}): {first.sentence}"
    )


def periods_to_choose(connection: Connection) -> tuple[str, ...]:
    """Return the codes that a period can be chosen by."""
    return (*read_periods(connection), ALL)


def kpis_to_choose(connection: Connection) -> tuple[str, ...]:
    """Return the codes of the KPIs that have rows to explain."""
    return tuple(title.code for title in read_titles(connection).values() if title.parent is None)


def partners_to_choose(connection: Connection) -> tuple[str, ...]:
    """Return the codes of the consortium's partners."""
    rows = connection.execute(text("select partner from core.dim_partners order by partner"))
    return tuple(rows.scalars())


def _asked(connection: Connection, kpi: str, choice: Choice) -> dict[str, Any]:
    """Return what the SQL of a choice is told."""
    return {
        "kpi": kpi,
        "policy": choice.policy or read_project(connection).sme_policy,
        "fate": choice.fate,
        "partner": choice.partner,
        "unit": choice.unit,
        "period": None if choice.period == ALL else choice.period,
    }


def _fates(
    connection: Connection,
    kpi: str,
    choice: Choice,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[RowMapping]:
    """Return rows with fate and place, and the place of the row that each duplicates."""
    told = _asked(connection, kpi, choice) | {"limit": limit, "offset": offset}
    wanted = _wanted(choice)
    if limit is None or limit > _ROWS_NAMED:
        statement = text(_placed(wanted, "select * from intermediate.int_register_rows"))
        return connection.execute(statement, told).mappings().all()
    page = connection.execute(text(wanted), told).mappings().all()
    if not page:
        return []
    named = {row["row_id"] for row in page} | {row["duplicate_of"] for row in page} - {None}
    statement = text(_placed(_GIVEN, _NAMED_PLACES)).bindparams(
        bindparam("registers", REGISTERS_OF[kpi], expanding=True),
        bindparam("named", sorted(named), expanding=True),
    )
    return connection.execute(statement, {"given": [dict(row) for row in page]}).mappings().all()


def _wanted(choice: Choice) -> str:
    """Return the SELECT of the chosen fates; what counts is kept apart from what does not."""
    is_kept = choice.fate == "counted" and choice.partner is None
    return f"""
        with {_COUNTED_FATES if is_kept else _CHOSEN_FATES}

        select
            fates.row_id, fates.unit, fates.counting_date, periods.period, fates.fate,
            fates.duplicate_of
        from fates
        left join core.dim_periods as periods
            on fates.counting_date between periods.first_day and periods.last_day
        where {_IS_CHOSEN}
        order by fates.counting_date nulls last, fates.row_id
        limit :limit offset :offset
    """  # noqa: S608 - constants of this module


def _placed(chosen: str, places: str) -> str:
    """Return the SELECT of chosen fates with their places."""
    return f"""
        with chosen as materialized (
            {chosen}
        ),

        places as (
            {places}
        ),

        placed as materialized (
            select
                chosen.unit, chosen.counting_date, chosen.period, chosen.fate,
                chosen.duplicate_of, places.register, places.record_key,
                places.reported_by, places.delivery_id, places.file_name,
                places.file_sha256, places.sheet, places.row_number, places.cell_range
            from chosen
            inner join places on chosen.row_id = places.row_id
        ),

        wrong as (
            select
                delivery_id, file_sha256, sheet, row_number, code,
                string_agg(concat_ws(' ', cell, column_name), ', ' order by column_name)
                    as wrong_cells
            from quality.findings
            where (delivery_id, file_sha256, sheet, row_number) in (
                select (delivery_id, file_sha256, sheet, row_number) from placed
                where fate like 'excluded:INVALID:%'
            )
            group by all
        )

        select
            placed.register, placed.record_key, placed.reported_by,
            placed.unit, placed.counting_date, placed.period, placed.fate,
            originals.file_name as original_file,
            originals.sheet as original_sheet,
            originals.cell_range as original_cells,
            findings.wrong_cells,
            placed.file_name, placed.file_sha256, placed.sheet, placed.row_number,
            placed.cell_range
        from placed
        left join places as originals on placed.duplicate_of = originals.row_id
        left join wrong as findings
            on
                placed.delivery_id = findings.delivery_id
                and placed.file_sha256 = findings.file_sha256
                and placed.sheet = findings.sheet
                and placed.row_number = findings.row_number
                and placed.fate = 'excluded:INVALID:' || findings.code
        order by
            placed.counting_date nulls last, placed.reported_by, placed.register,
            placed.file_name, placed.sheet, placed.row_number
    """  # noqa: S608 - constants of this module


def _row(kpi: str, row: RowMapping, rules: Mapping[str, str]) -> ExplainedRow:
    original = None
    if row["original_file"] is not None:
        original = _place(row["original_file"], row["original_sheet"], row["original_cells"])
    _, _, reason = row["fate"].partition(":")
    is_exchange = row["register"] == "exchanges" and row["record_key"].startswith("id:")
    return ExplainedRow(
        kpi=kpi,
        register=row["register"],
        record_key=row["record_key"],
        exchange_id=row["record_key"].removeprefix("id:") if is_exchange else None,
        reported_by=row["reported_by"],
        unit=row["unit"],
        counting_date=row["counting_date"],
        period=row["period"],
        fate=row["fate"],
        reason=reason or None,
        sentence=fate_words(kpi, row["fate"], rules),
        duplicate_of=original,
        wrong_cells=row["wrong_cells"],
        file_name=row["file_name"],
        file_sha256=row["file_sha256"],
        sheet=row["sheet"],
        row_number=row["row_number"],
        cell_range=row["cell_range"],
    )


def _position(row: ExplainedRow, sizes: Mapping[str, int]) -> tuple[Any, ...]:
    """Return where a row stands: by fate, the frequent ones first, then by day and place."""
    kind = row.fate.partition(":")[0]
    return (
        _FATE_ORDER.index(kind),
        -sizes[row.fate],
        row.fate,
        row.counting_date or date.max,
        row.reported_by,
        row.register,
        row.file_name,
        row.sheet,
        row.row_number,
    )


def find_unit(connection: Connection, kpi: str, choice: Choice) -> str:
    """Return the one unit of a KPI that ``choice.unit`` is, or is the beginning of.

    Raises:
        UnknownUnit: It is the beginning of none, or of several.
    """
    asked = choice.unit or ""
    units = connection.execute(
        text(
            f"""
            with {_CHOSEN_FATES}

            select distinct unit from fates where starts_with(unit, :asked) order by unit
            """  # noqa: S608 - constants of this module
        ),
        {"kpi": kpi, "policy": _asked(connection, kpi, choice)["policy"], "asked": asked},
    )
    found = [row.unit for row in units]
    if asked in found or len(found) == 1:
        return asked if asked in found else found[0]
    if not found:
        raise UnknownUnit(f"{kpi} has no unit that begins with {asked!r}.")
    raise UnknownUnit(f"{len(found)} units of {kpi} begin with {asked!r}: {', '.join(found[:5])}.")


def _nothing_delivered(connection: Connection, kpi: str) -> str:
    registers = REGISTERS_OF[kpi]
    rows = connection.execute(
        text(
            """
            select partner, register, status, newest_reason
            from quality.completeness
            where list_contains(cast(:registers as varchar[]), register)
            order by register, partner
            """
        ),
        {"registers": list(registers)},
    )
    told = [
        f"{row.partner} {row.register} {row.status}"
        + (f" ({row.newest_reason})" if row.newest_reason else "")
        for row in rows
    ]
    if not told:
        return f"No partner keeps the register {' or '.join(registers)}."
    return f"No row of {' or '.join(registers)} has been delivered: {'; '.join(told)}."


def _rules(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text("select code, title, sentence from reference.rules"))
    return {row.code: f"{row.title}. {row.sentence}" for row in rows}


def _place(file_name: str, sheet: str, cell_range: str) -> str:
    return " ".join(part for part in (file_name, sheet, cell_range) if part)
