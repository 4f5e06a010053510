"""R8 service deliveries: one row per service given to one recipient."""

from schemas import _columns as c

SERVICE_DELIVERIES = c.register(
    "service_deliveries",
    "One row per delivery of a service to one named recipient.",
    {
        "delivery_id": c.column("text", "Code of the delivery.", required=True),
        "service_id": c.column("text", "Service given.", required=True, reference="services"),
        "recipient": c.column("organisation", "Recipient.", required=True),
        "recipient_country": c.column("country", "Recipient's country."),
        "recipient_id": c.column("identifier", "Any identifier of the recipient."),
        "partner": c.column("partner", "Partner that gave it.", required=True),
        "delivered_on": c.column("date", "Day of delivery.", required=True),
        "status": c.column("enum", "State.", required=True, vocabulary="delivery_status"),
        "directness": c.column("enum", "Direct or indirect.", required=True,
                               vocabulary="directness"),
        "hours": c.column("hours", "Hours given.", c.at_least(0)),
        "value_eur": c.column("decimal", "Value in EUR.", c.at_least(0)),
        "evidence_ref": c.column("text", "Where the papers are."),
    },
    key="delivery_id",
    counting_date="delivered_on",
)  # fmt: skip
