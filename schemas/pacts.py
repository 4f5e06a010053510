"""R10 pacts: one row per Pact for Skills text that a partner reports."""

from schemas import _columns as c

PACTS = c.register(
    "pacts",
    "One row per Pact for Skills text that a partner reports.",
    {
        "pact_id": c.column("text", "Consortium-wide code of the pact.", required=True),
        "title": c.column("text", "Title.", c.at_most_characters(500), required=True),
        "pact_type": c.column("enum", "Kind of pact.", required=True, vocabulary="pact_type"),
        "url": c.column("text", "Public address."),
        "ecosystem": c.column("enum", "Industrial ecosystem.", vocabulary="ecosystem"),
        "region": c.column("text", "Region."),
        "country": c.column("country", "Country."),
        "signature_date": c.column("date", "Signed on."),
        "status": c.column("enum", "State.", required=True, vocabulary="pact_status"),
        "cluster_reference": c.column("yes_no", "Names clusters.", required=True),
        "cluster_role": c.column("text", "Role that it gives to clusters."),
        "role_clause": c.column("text", "Page or section."),
        "reference_date": c.column("date", "Text with the reference signed or published on."),
        "involvement": c.column("enum", "Partner's part in it.", vocabulary="involvement"),
        "reporting_partner": c.column("partner", "Partner that reports it.", required=True),
        "evidence_ref": c.column("text", "Where the papers are."),
    },
    key="pact_id",
    counting_date="reference_date",
)  # fmt: skip
