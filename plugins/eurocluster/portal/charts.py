"""Charts as Vega-Lite, made with Altair; the browser draws them with vl-convert's bundle.

A chart never stands alone: its page shows the same numbers as a table, for who cannot see it and
for who wants to copy them. Colours are the page's own (static/charts.js), so that a chart is
readable in light and dark.

Belongs here: what is drawn.
Does not belong here: numbers (the modules that are asked), drawing (static), exports' own pictures.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
from markupsafe import Markup

from eurocluster.completeness import Rate
from eurocluster.finding_lists import DayCount
from eurocluster.pace import Month


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, and what it shows in a sentence for who cannot see it."""

    label: str
    spec: Mapping[str, Any]

    @property
    def as_json(self) -> Markup:
        """The drawing for a script element: nothing in it can end the element."""
        text = json.dumps(self.spec, ensure_ascii=False, sort_keys=True)
        return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704


def trend(title: str, months: Sequence[Month], target: float | None, due: int | None) -> Chart:
    """Return units counted by project month, with the target and its month."""
    counted = [
        {"month": month.month, "day": month.last_day.isoformat(), "units": month.cumulative,
         "new": month.new}
        for month in months
    ]  # fmt: skip
    base = alt.Chart(alt.Data(values=counted)).encode(
        x=alt.X(
            "month:Q",
            title="project month",
            axis=alt.Axis(tickMinStep=1, format="d"),
            scale=alt.Scale(domain=[0, max(due or 0, len(months))], nice=False),
        )
    )
    layers: list[Any] = [
        base.mark_area(opacity=0.15, interpolate="step-after").encode(y="units:Q"),
        base.mark_line(interpolate="step-after", strokeWidth=2.5).encode(
            y=alt.Y("units:Q", title="counted so far"),
            tooltip=[
                alt.Tooltip("month:Q", title="month"),
                alt.Tooltip("units:Q", title="so far"),
                alt.Tooltip("new:Q", title="new"),
            ],
        ),
    ]
    last = months[-1] if months else None
    label = f"{title}: {last.cumulative} counted by month {last.month}" if last else title
    if target is not None and due is not None:
        goal = alt.Chart(alt.Data(values=[{"month": due, "units": target}])).encode(
            x="month:Q", y="units:Q"
        )
        layers.append(
            goal.mark_rule(strokeDash=[5, 4]).encode(x=alt.value(0), x2=alt.value("width"))
        )
        layers.append(goal.mark_point(shape="diamond", size=90, filled=True))
        layers.append(goal.mark_text(align="right", dy=-12, dx=4).encode(text=alt.Text("units:Q")))
        label += f"; target {target:g}, due in month {due}"
        if last is not None and last.cumulative < target and last.month < due:
            way = [
                {"month": last.month, "units": last.cumulative},
                {"month": due, "units": target},
            ]
            layers.append(
                alt.Chart(alt.Data(values=way))
                .mark_line(strokeDash=[2, 4], opacity=0.7)
                .encode(x="month:Q", y="units:Q")
            )
    return Chart(label, alt.layer(*layers).properties(width="container", height=260).to_dict())


def parts_of(name: str, parts: Sequence[tuple[str, int]]) -> Chart:
    """Return the parts of a breakdown as bars; they overlap, so they are never stacked."""
    values = [{"part": part, "units": units} for part, units in parts]
    bars = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y("part:N", title=None, sort=None),
        x=alt.X("units:Q", title="units", axis=alt.Axis(tickMinStep=1, format="d")),
    )
    label = f"{name.replace('_', ' ')}: " + ", ".join(f"{part} {units}" for part, units in parts)
    drawn = alt.layer(
        bars.mark_bar(), bars.mark_text(align="left", dx=4).encode(text="units:Q")
    ).properties(
        width="container",
        height={"step": 24},
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
    )
    return Chart(label, drawn.to_dict())


def punctuality(rates: Sequence[Rate]) -> Chart:
    """Return registers by the day on which they were due: in time, late, or missing."""
    values = [
        {"due": rate.due_on.isoformat(), "how": how, "registers": count, "order": order}
        for rate in rates
        for order, (how, count) in enumerate(
            (("on time", rate.on_time), ("late", rate.late), ("missing", rate.missing))
        )
    ]
    return _stacked(values, "due", "how", "registers", "Registers by the day they were due")


def findings_by_day(days: Sequence[DayCount]) -> Chart:
    """Return findings by the day on which their files arrived."""
    values = [
        {"day": day.day.isoformat(), "severity": day.severity, "findings": day.findings,
         "order": day.severity}
        for day in days
    ]  # fmt: skip
    return _stacked(values, "day", "severity", "findings", "Findings by the day files arrived")


def _stacked(values: Sequence[Mapping[str, Any]], x: str, colour: str, y: str, label: str) -> Chart:
    drawn = (
        alt.Chart(alt.Data(values=values))
        .mark_bar()
        .encode(
            x=alt.X(f"{x}:O", title=x, axis=alt.Axis(labelAngle=-45)),
            y=alt.Y(f"{y}:Q", title=y, axis=alt.Axis(tickMinStep=1, format="d")),
            color=alt.Color(f"{colour}:N", title=None, sort=None),
            order="order:O",
            tooltip=[f"{x}:O", f"{colour}:N", f"{y}:Q"],
        )
        .properties(width="container", height=220)
    )
    return Chart(label, drawn.to_dict())
