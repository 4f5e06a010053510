"""R3 attendance: one row per person and session, or per person and course."""

import pandas as pd

from schemas import _columns as c


def _has_a_name(rows: pd.DataFrame) -> pd.Series:
    return rows["person_name"].notna() | (rows["first_name"].notna() & rows["surname"].notna())


def _names_somebody(rows: pd.DataFrame) -> pd.Series:
    return rows["person_name"].notna() | rows["surname"].notna()


def _is_group(rows: pd.DataFrame) -> pd.Series:
    return rows["headcount"].fillna(1) > 1


ATTENDANCE = c.register(
    "attendance",
    "One row per person and session of a training (or course, when the date is blank).",
    {
        "record_id": c.column("text", "Partner's own key of the row."),
        "training_id": c.column("text", "Training attended.", required=True,
                                reference="trainings"),
        "session_date": c.column("date", "Day of the session; blank for a whole course."),
        "person_name": c.column("person_name", "Full name."),
        "first_name": c.column("first_name", "First name."),
        "surname": c.column("surname", "Family name."),
        "email": c.column("email", "Work e-mail."),
        "employer_name": c.column("organisation", "Employer.", required=True),
        "employer_id": c.column("identifier", "Any identifier of the employer."),
        "employer_country": c.column("country", "Employer's country.", required=True),
        "person_category": c.column("enum", "Relation to the employer.", required=True,
                                    vocabulary="person_category"),
        "role": c.column("enum", "Role in the training.", vocabulary="role",
                         default="participant"),
        "attended": c.column("enum", "Was there.", required=True, vocabulary="attended"),
        "hours": c.column("hours", "Hours attended.", c.at_least(0), c.at_most(550)),
        "completed": c.column("yes_no", "Completed the course."),
        "certificate_no": c.column("text", "Certificate."),
        "gender": c.column("enum", "Gender, optional.", vocabulary="gender"),
        "headcount": c.column("integer", "Persons in this row; over 1 is an anonymous group.",
                              c.at_least(1, "E18"), default=1),
        "evidence_ref": c.column("text", "Where the papers are."),
    },
    key="record_id",
    natural_key=("training_id", "session_date", "name_key", "email_key", "employer_name_key",
                 "headcount"),
    counting_date="session_date",
    rules=(
        c.required_when("person_name", lambda rows: ~_is_group(rows) & ~_has_a_name(rows)),
        c.row_rule(
            "E11",
            "headcount",
            lambda rows: ~(_is_group(rows) & _names_somebody(rows)),
        ),
        c.row_rule(
            "E18", "hours", lambda rows: ~(rows["session_date"].notna() & (rows["hours"] > 24))
        ),
    ),
)  # fmt: skip
