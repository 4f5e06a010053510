"""R2 trainings: one row per training, under its consortium-wide code."""

import pandas as pd

from schemas import _columns as c

TRAININGS = c.register(
    "trainings",
    "One row per training or course, under its consortium-wide code.",
    {
        "training_id": c.column("text", "Consortium-wide code of the training.", required=True),
        "title": c.column("text", "Title.", c.at_most_characters(500), required=True),
        "objective": c.column("enum", "Objective of the call.", required=True,
                              vocabulary="objective"),
        "audience": c.column("set", "Whom it is for.", required=True, vocabulary="audience"),
        "topic": c.column("text", "Topic, DigComp competence or ESCO URI."),
        "topic_flags": c.column("set", "Topics that actions ask for.", vocabulary="topic_flags"),
        "format": c.column("enum", "In person, online …", vocabulary="format"),
        "start_date": c.column("date", "First day.", required=True),
        "end_date": c.column("date", "Last day.", required=True),
        "planned_hours": c.column("hours", "Planned length in hours.", c.between(0.25, 500)),
        "lead_partner": c.column("partner", "Partner in charge.", required=True),
        "co_partners": c.column("partners", "Partners that provide it together with the lead."),
        "status": c.column("enum", "Planned, delivered or cancelled.", required=True,
                           vocabulary="training_status"),
        "service_id": c.column("text", "Service it belongs to.", reference="services"),
        "action_code": c.column("enum", "Action of the call.", vocabulary="action_code"),
        "cascade_of": c.column("text", "Train-the-trainer course that it passes on.",
                               reference="trainings"),
        "country": c.column("country", "Where it was held."),
        "evidence_ref": c.column("text", "Where the papers are."),
    },
    key="training_id",
    rules=(
        c.comes_after("end_date", "start_date"),
        c.row_rule(
            "E18",
            "end_date",
            lambda rows: ~(rows["end_date"] > rows["start_date"] + pd.Timedelta(days=366)),
        ),
    ),
)  # fmt: skip
