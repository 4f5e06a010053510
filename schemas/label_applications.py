"""R5 label applications: one row per application for a cluster management label."""

import pandas as pd

from schemas import _columns as c

SUBMITTED = ("submitted", "under_assessment", "awarded", "rejected", "withdrawn_after_submission")
_RANK = {"bronze": 1, "silver": 2, "gold": 3}


def _goes_up(rows: pd.DataFrame) -> pd.Series:
    level, previous = rows["level"].map(_RANK), rows["previous_level"].map(_RANK)
    return ~(rows["application_type"].eq("upgrade") & (level <= previous))


LABEL_APPLICATIONS = c.register(
    "label_applications",
    "One row per application for a cluster management label.",
    {
        "application_id": c.column("text", "Code of the application.", required=True),
        "cluster_org": c.column("organisation", "Applicant: name, record id or identifier.",
                                required=True),
        "cluster_org_country": c.column("country", "Applicant's country."),
        "cluster_org_id": c.column("identifier", "Any identifier of the applicant."),
        "scheme": c.column("enum", "Label scheme.", required=True, vocabulary="scheme"),
        "level": c.column("enum", "Level applied for.", required=True, vocabulary="level"),
        "application_type": c.column("enum", "First, upgrade or renewal.", required=True,
                                     vocabulary="application_type"),
        "previous_level": c.column("enum", "Level held before.", vocabulary="level"),
        "application_date": c.column("date", "Day of submission."),
        "status": c.column("enum", "State.", required=True, vocabulary="application_status"),
        "decision_date": c.column("date", "Day of the decision."),
        "valid_from": c.column("date", "Label valid from."),
        "valid_until": c.column("date", "Label valid until."),
        "supporting_partner": c.column("partner", "Partner that supported it."),
        "evidence_ref": c.column("text", "Where the papers are."),
    },
    key="application_id",
    counting_date="application_date",
    rules=(
        c.required_when("application_date", lambda rows: rows["status"].isin(SUBMITTED)),
        c.comes_after("decision_date", "application_date"),
        c.comes_after("valid_until", "valid_from"),
        c.row_rule("W09", "level", _goes_up),
    ),
)  # fmt: skip
