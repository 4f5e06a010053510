"""What has changed: since the last closed period, and since the publication before this one.

Belongs here: differences as sentences, one per KPI that changed.
Does not belong here: differences of two warehouses unit by unit (comparing), restatements (dbt).
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from eurocluster.figures import ALL, Figure, plain, read_figures, read_project, read_titles
from eurocluster.published import Published, open_warehouse
from eurocluster.publishing import DATABASE, read_journal
from eurocluster.settings import Settings


@dataclass(frozen=True, slots=True)
class Changes:
    """Sentences about what has changed, and since what; empty lines when nothing has."""

    since: str
    lines: tuple[str, ...]


def changes_since_last_release(connection: Connection) -> Changes | None:
    """Return what was added since the last closed period, None when none is closed.

    What was reported and is another figure today stands first, as a restatement.
    """
    release = connection.execute(
        text("select * from releases.releases order by release desc limit 1")
    ).one_or_none()
    if release is None:
        return None
    frozen = {
        (row.kpi, row.policy): row
        for row in connection.execute(
            text(
                "select * from releases.frozen_values where release = :release"
                " and measure = 'cumulative' and period = :period"
            ),
            {"release": release.release, "period": release.closed_period},
        )
    }
    policy = read_project(connection).sme_policy
    titles = read_titles(connection)
    restated = [
        f"{row.kpi}: {plain(_number(row.frozen_value))} was reported for {row.closed_period},"
        f" today it would be {plain(_number(row.current_value))}"
        for row in connection.execute(
            text(
                "select * from releases.restatements where restatement <> 0"
                " and coalesce(policy, :policy) = :policy order by release, kpi"
            ),
            {"policy": policy},
        )
    ]
    grown = []
    for figure in _headlines(connection, policy):
        before = frozen.get((figure.kpi, figure.policy))
        if before is None or figure.value is None or before.value is None:
            continue
        difference = round(figure.value - before.value, 1)
        if difference:
            grown.append(
                _moved(figure, titles[figure.kpi].title, _number(before.value), difference)
            )
    return Changes(
        f"{release.closed_period}, closed on {release.released_at:%Y-%m-%d}", (*restated, *grown)
    )


def changes_since_last_publication(
    settings: Settings, published: Published, connection: Connection
) -> Changes | None:
    """Return which headlines differ from the publication before, None when it is not kept."""
    before = _one_before(settings.warehouse / "published", published.publication_id)
    if before is None:
        return None
    database, moment = before
    policy = read_project(connection).sme_policy
    titles = read_titles(connection)
    with open_warehouse(database) as earlier:
        old = {figure.kpi: figure for figure in _headlines(earlier, policy)}
    lines = []
    for figure in _headlines(connection, policy):
        was = old.get(figure.kpi)
        if was is None or was.value is None or figure.value is None or was.value == figure.value:
            continue
        difference = round(figure.value - was.value, 1)
        lines.append(_moved(figure, titles[figure.kpi].title, was.value, difference))
    return Changes(f"the publication of {moment[:10]}", tuple(lines))


def _one_before(root: Path, publication_id: str) -> tuple[Path, str] | None:
    entries = [e for e in read_journal(root) if e["publication_id"] != publication_id]
    for entry in reversed(entries):
        database = root / entry["publication_id"] / DATABASE
        if database.is_file():
            return database, entry["published_at"]
    return None


def _headlines(connection: Connection, policy: str) -> list[Figure]:
    titles = read_titles(connection)
    return [
        figure
        for figure in read_figures(connection, period=ALL, policy=policy)
        if figure.measure == "cumulative" and titles[figure.kpi].parent is None
    ]


def _moved(figure: Figure, title: str, was: float | None, difference: float) -> str:
    unit = " percentage points" if figure.denominator is not None else ""
    sign = "+" if difference > 0 else "−"
    return (
        f"{figure.kpi} {title}: {sign}{plain(_number(abs(difference)))}{unit},"
        f" from {plain(was)} to {plain(figure.value)}"
    )


def _number(value: float | None) -> float | int | None:
    return int(value) if value is not None and value == int(value) else value
