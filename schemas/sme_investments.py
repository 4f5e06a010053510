"""R9 SME investments: one row per investment of a company in its people's skills."""

from schemas import _columns as c

SME_INVESTMENTS = c.register(
    "sme_investments",
    "One row per investment of one company in the skills of its people.",
    {
        "investment_id": c.column("text", "Code of the investment.", required=True),
        "sme": c.column("organisation", "Company.", required=True),
        "sme_country": c.column("country", "Company's country."),
        "sme_id": c.column("identifier", "Any identifier of the company."),
        "investment_date": c.column("date", "Day of the investment.", required=True),
        "kind": c.column("enum", "Kind of investment.", required=True,
                         vocabulary="investment_kind"),
        "amount": c.column("decimal", "Amount in its currency.", c.at_least(0)),
        "currency": c.column("currency", "ISO 4217.", c.matches("[A-Z]{3}"), default="EUR"),
        "staff_hours": c.column("hours", "Own staff time in hours.", c.at_least(0)),
        "employees_concerned": c.column("integer", "Employees concerned.", c.at_least(0)),
        "project_link": c.column("text", "Training, service or voucher; 'none' allowed.",
                                 required=True),
        "grant_received_eur": c.column("decimal", "Grant received for it.", c.at_least(0)),
        "evidence_ref": c.column("text", "Where the papers are."),
    },
    key="investment_id",
    counting_date="investment_date",
)  # fmt: skip
