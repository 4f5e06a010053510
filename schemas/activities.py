"""R12 activities: the log of actions without a register of their own."""

from schemas import _columns as c

ACTIVITIES = c.register(
    "activities",
    "One row per activity of one or more partners.",
    {
        "activity_id": c.column("text", "Code of the activity.", required=True),
        "action_code": c.column("enum", "Action of the call.", required=True,
                                vocabulary="action_code"),
        "title": c.column("text", "Title.", c.at_most_characters(500), required=True),
        "partners": c.column("partners", "Partners involved.", required=True),
        "start_date": c.column("date", "First day.", required=True),
        "end_date": c.column("date", "Last day."),
        "status": c.column("enum", "State.", required=True, vocabulary="activity_status"),
        "output_type": c.column("enum", "Kind of output.", vocabulary="output_type"),
        "quantity": c.column("integer", "How many.", c.at_least(1, "E18"), default=1),
        "evidence_ref": c.column("text", "Where the papers are."),
    },
    key="activity_id",
    rules=(c.comes_after("end_date", "start_date"),),
)  # fmt: skip
