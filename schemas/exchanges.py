"""R6 exchanges: one row per visit of one organisation to another (ClusterXchange)."""

import pandas as pd

from schemas import _columns as c


def _two_organisations(rows: pd.DataFrame) -> pd.Series:
    same_id = rows["vo_id"].notna() & (rows["vo_id"] == rows["ho_id"])
    folded_vo = rows["vo_name"].str.casefold().str.strip()
    folded_ho = rows["ho_name"].str.casefold().str.strip()
    return ~(same_id | ((folded_vo == folded_ho) & (rows["vo_country"] == rows["ho_country"])))


EXCHANGES = c.register(
    "exchanges",
    "One row per stay of one visiting organisation at one host organisation.",
    {
        "exchange_id": c.column("text", "Number in the exchange tool, or own.", required=True),
        "vo_name": c.column("organisation", "Visiting organisation.", required=True),
        "vo_country": c.column("country", "Its country.", required=True),
        "vo_id": c.column("identifier", "Any identifier of it."),
        "vo_type": c.column("enum", "Its kind.", required=True, vocabulary="vo_type"),
        "vo_is_sme": c.column("enum", "Is an SME.", vocabulary="yes_no_unknown"),
        "ho_name": c.column("organisation", "Host organisation.", required=True),
        "ho_country": c.column("country", "Its country.", required=True),
        "ho_id": c.column("identifier", "Any identifier of it."),
        "ho_type": c.column("enum", "Its kind.", required=True, vocabulary="ho_type"),
        "ho_is_sme": c.column("enum", "Is an SME.", vocabulary="yes_no_unknown"),
        "vo_partnership": c.column("partnership", "Partnership that manages the visitor.",
                                   required=True),
        "mode": c.column("enum", "Physical, virtual or hybrid.", required=True,
                         vocabulary="mode"),
        "start_date": c.column("date", "First working day at the host.", required=True),
        "end_date": c.column("date", "Last working day at the host.", required=True),
        "working_days": c.column("integer", "Working days at the host.", c.at_least(0)),
        "visitors": c.column("integer", "Persons who travelled.", c.at_least(1, "E18")),
        "status": c.column("enum", "State.", required=True, vocabulary="exchange_status"),
        "commitment_date": c.column("date", "Commitment signed."),
        "closing_report_date": c.column("date", "Closing report handed in."),
        "validated_date": c.column("date", "Closing report validated."),
        "lump_sum_eur": c.column("decimal", "Lump sum in EUR.", c.at_least(0)),
        "evidence_ref": c.column("text", "Where the papers are."),
    },
    key="exchange_id",
    counting_date="end_date",
    rules=(
        c.comes_after("end_date", "start_date"),
        c.row_rule("E12", "ho_country", lambda rows: ~(rows["vo_country"] == rows["ho_country"])),
        c.row_rule("E13", "ho_name", _two_organisations),
    ),
)  # fmt: skip
