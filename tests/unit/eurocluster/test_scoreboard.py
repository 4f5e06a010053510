"""Figures and the scoreboard: the right values, in one order, readable where they are read."""

import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from sqlalchemy import URL, create_engine, text

from eurocluster.figures import Figure, plain, read_figures
from eurocluster.published import find_published, open_published
from eurocluster.scoreboard import Scoreboard, late_lines, partner_lines, read_scoreboard
from eurocluster.settings import Settings
from eurocluster.terminal.scoreboards import render_scoreboard


def board_of(settings: Settings, **choice: str) -> Scoreboard:
    with open_published(settings) as connection:
        return read_scoreboard(connection, **choice)


def screen_of(settings: Settings, width: int, **choice: str) -> str:
    screen = Console(file=io.StringIO(), width=width, highlight=False, markup=False)
    screen.print(render_scoreboard(board_of(settings, **choice), find_published(settings)))
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


@pytest.fixture
def figures_of(publish_rows, grid):
    def make(**changes):
        return publish_rows(kpi_values=grid(**changes))

    return make


def test_figures_come_by_kpi_period_measure_and_policy_however_they_are_stored(
    publish_rows, grid
) -> None:
    places = []
    for rows in (grid(), grid()[::-1]):
        with open_published(publish_rows(kpi_values=rows)) as connection:
            figures = read_figures(connection)
        places.append([(f.kpi, f.period, f.measure, f.policy) for f in figures])
    assert places[0] == places[1]
    assert places[0][:4] == [
        ("4a.M1", "RP1", "new", None),
        ("4a.M1", "RP1", "cumulative", None),
        ("4a.M1", "RP1", "active", None),
        ("4a.M1", "RP2", "new", None),
    ]
    shares = [place[1:] for place in places[0] if place[0] == "4a.O4"]
    assert shares[-3:] == [
        ("all", "active", "conservative"), ("all", "active", "reported"),
        ("all", "active", "potential"),
    ]  # fmt: skip
    assert places[0].index(("4b.O3", "all", "active", None)) < places[0].index(
        ("4a.O3.pending", "RP1", "new", None)
    )


def test_whole_numbers_are_integers_and_shares_have_one_decimal(figures_of) -> None:
    settings = figures_of(
        a4_M1={},
        **{"4b_M1_staff_hours": {"value": 12.25}, "4a_O4": {"value": 60.0, "target": 50.0}},
    )
    with open_published(settings) as connection:
        figures = {
            (f.kpi, f.policy): f
            for f in read_figures(connection, period="all")
            if f.measure == "cumulative"
        }
    assert repr(figures["4a.M1", None].value) == "3"
    assert repr(figures["4a.O4", "reported"].value) == "60.0"
    assert repr(figures["4a.O4", "reported"].target) == "50"
    assert figures["4b.M1.staff_hours", "reported"].value == 12.25


def test_a_policy_keeps_the_figures_in_which_sme_status_plays_no_part(published: Settings) -> None:
    with open_published(published) as connection:
        figures = read_figures(connection, period="RP1", policy="conservative")
    assert {figure.period for figure in figures} == {"RP1"}
    assert {figure.policy for figure in figures} == {"conservative", None}
    assert {figure.kpi for figure in figures} >= {"4a.M1", "4a.O4", "4b.M1", "4b.O3"}


@given(denominator=st.integers(1, 10**6), data=st.data())
def test_a_share_is_shown_with_its_counts(denominator: int, data: st.DataObject) -> None:
    numerator = data.draw(st.integers(0, denominator))
    value = (2000 * numerator + denominator) // (2 * denominator) / 10
    figure = Figure("4a.O4", "all", "cumulative", "reported", value, numerator, denominator, 50, "")
    assert figure.shown == f"{value:.1f} % ({numerator}/{denominator})"
    assert figure.target_shown == "50 %"


def test_what_does_not_exist_is_not_shown_as_zero() -> None:
    nothing = Figure("4a.O3", "all", "cumulative", None, None, None, None, 50, "not_applicable")
    no_exchange = Figure("4a.O4", "all", "cumulative", "reported", None, 0, 0, 50, "not_applicable")
    assert (nothing.shown, no_exchange.shown) == ("n/a", "n/a (0/0)")


@pytest.mark.parametrize(
    ("kpi", "figure", "sentence"),
    [
        ("4a.M1", {"value": 126.0, "target": 150.0, "state": "behind"},
         "4a.M1 behind: 24 to go, 10 months left: 2.4 a month needed,"
         " 0.5 in the last six months"),
        ("4b.O1", {"value": 0.0, "target": 2.0, "state": "missed"},
         "4b.O1 missed: 2 short of 2, which were due in M36"),
        ("4a.O4", {"numerator": 2, "denominator": 5, "target": 50.0, "state": "behind"},
         "4a.O4 behind: 2 of 5 exchanges involve SMEs, 3 would have to"),
        ("4a.O1", {"value": 9.0, "target": 10.0, "state": "on_track"}, None),
        ("4a.O1", {"value": 10.0, "target": 10.0, "state": "achieved"}, None),
    ],
)  # fmt: skip
def test_a_target_that_is_behind_says_what_is_missing_and_the_pace_it_takes(
    kpi: str, figure: dict, sentence: str | None, figures_of
) -> None:
    board = board_of(figures_of(**{kpi.replace(".", "_"): figure}))
    assert board.ways_to_go() == ([] if sentence is None else [sentence])


@pytest.mark.parametrize(
    ("month", "left"),
    [(25, "1 to go, due this month"), (26, "1 to go, 1 month left: 1.0 a month needed, 0.0")],
)
def test_the_last_months_are_counted_right(month: int, left: str, publish_rows, grid) -> None:
    behind = {"value": 1.0, "target": 2.0, "state": "behind"}
    settings = publish_rows(
        kpi_values=grid(**{"4a_O1": behind}),
        kpi_scoreboard=[
            {"kpi": "4a.O1", "title": "Plans", "state": "behind", "due_month": month + 1}
        ],
        project=[
            {
                "code": "example", "name": "Example", "months": 36, "sme_policy": "reported",
                "reporting_date": date(2024, 10, 15), "months_elapsed": 26,
            }
        ],
    )  # fmt: skip
    assert left in board_of(settings).ways_to_go()[0]


def test_policies_are_shown_where_they_differ_only(published: Settings) -> None:
    board = board_of(published)
    assert [f.shown for f in board.policies_of("4a.O4")] == [
        "40.0 % (2/5)", "60.0 % (3/5)", "60.0 % (3/5)",
    ]  # fmt: skip
    assert board.policies_of("4b.M1") == ()
    assert board.policies_of("4a.M1") == ()


def test_each_partner_has_one_line_with_what_was_refused_and_why(published: Settings) -> None:
    with open_published(published) as connection:
        assert partner_lines(connection) == [
            "p1: 2 of 812 rows refused — 2 × E02 unparsable date · 1 × E05 unknown word;"
            " 40 doubtful",
            "p2: 0 of 5 rows refused; exchanges held back until confirmed; what was delivered"
            " before counts",
        ]


def test_a_partner_s_line_names_the_four_most_frequent_kinds_of_errors(
    publish_rows, finding
) -> None:
    codes = ["E01", "E02", "E02", "E03", "E05", "E06", "E06", "E09"]
    findings = [finding("d1", "p1", code, row_number=row) for row, code in enumerate(codes)]
    with open_published(publish_rows(findings=findings)) as connection:
        assert partner_lines(connection)[0] == (
            "p1: 8 of 812 rows refused — 2 × E02 unparsable date · 2 × E06 negative number ·"
            " 1 × E01 required cell empty · 1 × E03 end before start · 2 other kinds; 40 doubtful"
        )


@pytest.mark.parametrize(
    ("value", "shown"), [(12, "12"), (1234.5, "1,234.5"), (0.25, "0.25"), (1500.0, "1,500")]
)
def test_numbers_are_shown_without_idle_digits(value: float, shown: str) -> None:
    assert plain(value) == shown


def test_a_partner_that_delivered_nothing_says_so_and_why(publish_rows, delivery) -> None:
    missing = delivery(
        "d1", "p2", "pacts", state="missing", reason="Looked for: pacts*.csv", is_in_force=False
    )
    with open_published(publish_rows(deliveries=[missing], findings=[])) as connection:
        assert partner_lines(connection) == [
            "p1: no rows delivered",
            "p2: no rows delivered; pacts not found (Looked for: pacts*.csv)",
        ]


def test_partners_with_a_missing_or_stale_register_are_named(published: Settings) -> None:
    with open_published(published) as connection:
        assert late_lines(connection) == ["p2: exchanges stale, pacts missing"]


def test_the_day_since_when_a_register_fails_is_the_same_wherever_it_is_read(publish_rows) -> None:
    stale = {
        "partner": "p2",
        "register": "pacts",
        "status": "stale",
        "failing_since": datetime(2024, 3, 5, 23, 30, tzinfo=UTC),
    }
    database = str(find_published(publish_rows(completeness=[stale])).database)
    engine = create_engine(
        URL.create("duckdb", database=database), connect_args={"read_only": True}
    )
    with engine.connect() as connection:
        connection.execute(text("set TimeZone = 'Pacific/Kiritimati'"))
        assert late_lines(connection) == ["p2: pacts stale since 2024-03-05"]
    engine.dispose()


@pytest.mark.parametrize("width", [100, 120, 140])
def test_the_scoreboard_fits_its_screen_and_says_everything_without_colours(
    width: int, figures_of
) -> None:
    settings = figures_of(**{"4a_M1": {"value": 126.0, "target": 150.0, "state": "behind"}})
    screen = screen_of(settings, width)
    assert max(map(len, screen.splitlines())) <= width
    assert "\x1b" not in screen
    for words in (
        "Example Eurocluster", "2024-10-15", "month 26 of 36", "New RP1", "New RP2", "Total",
        "mandatory", "optional", "60.0 % (3/5)", "no target", "behind", "conservative",
        "24 to go, 10 months left", "Exchanges without a validated closing report", "overdue",
        "Not declared in project.yml", "Mandatory actions not implemented", "p2: exchanges stale",
        "2 × E02 unparsable date", "publication build-0",
    ):  # fmt: skip
        assert words in screen
    assert screen.count("…") == 0


def test_a_period_has_its_own_scoreboard(published: Settings) -> None:
    screen = screen_of(published, 120, period="RP2", policy="conservative")
    heading = screen.splitlines()[0:2]
    assert heading[0] == "Example Eurocluster · RP2 only"
    assert heading[1].endswith("SME policy conservative")
    assert "New in RP2" in screen
    assert "To end of RP2" in screen
    assert "New RP1" not in screen


def test_only_mandatory_actions_that_are_not_implemented_are_owed(published: Settings) -> None:
    assert [a.code for a in board_of(published).actions if a.is_owed] == ["4b.A1"]
