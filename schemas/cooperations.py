"""R11 cooperations: one row per agreement of a partner with an institution."""

from schemas import _columns as c

COOPERATIONS = c.register(
    "cooperations",
    "One row per agreement of one partner with one educational or research institution.",
    {
        "cooperation_id": c.column("text", "Code of the cooperation.", required=True),
        "partner": c.column("partner", "Partner.", required=True),
        "institution": c.column("organisation", "Institution.", required=True),
        "institution_country": c.column("country", "Institution's country."),
        "institution_id": c.column("identifier", "Any identifier of the institution."),
        "institution_type": c.column("enum", "Kind of institution.", required=True,
                                     vocabulary="institution_type"),
        "nuts": c.column("nuts", "Region.", c.matches(r"[A-Z]{2}[0-9A-Z]{0,3}")),
        "kind": c.column("enum", "Kind of agreement.", required=True,
                         vocabulary="cooperation_kind"),
        "status": c.column("enum", "State.", required=True, vocabulary="cooperation_status"),
        "signed_date": c.column("date", "Signed on."),
        "evidence_ref": c.column("text", "Where the papers are."),
    },
    key="cooperation_id",
    counting_date="signed_date",
)  # fmt: skip
