"""R4 training plans: one row per plan and version."""

from schemas import _columns as c

TRAINING_PLANS = c.register(
    "training_plans",
    "One row per training plan and version.",
    {
        "plan_id": c.column("text", "Consortium-wide code of the plan.", required=True),
        "title": c.column("text", "Title.", c.at_most_characters(500), required=True),
        "version": c.column("text", "Version."),
        "beneficiary_orgs": c.column("organisations", "Cluster organisations it is for.",
                                     required=True),
        "supporting_partner": c.column("partner", "Partner that supported it.", required=True),
        "support_type": c.column("enum", "Kind of support.", required=True,
                                 vocabulary="support_type"),
        "status": c.column("enum", "State of the plan.", required=True,
                           vocabulary="plan_status"),
        "adoption_date": c.column("date", "Day of adoption."),
        "staff_covered": c.column("integer", "Staff covered.", c.at_least(0)),
        "evidence_ref": c.column("text", "Where the papers are."),
    },
    key="plan_id",
    natural_key=("plan_id", "version"),
    counting_date="adoption_date",
    rules=(
        c.required_when(
            "adoption_date", lambda rows: rows["status"].isin(["adopted", "implemented"])
        ),
    ),
)  # fmt: skip
