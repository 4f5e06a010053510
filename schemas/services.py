"""R7 services: the portfolio, one row per service and version."""

from schemas import _columns as c

SERVICES = c.register(
    "services",
    "One row per service of the portfolio and version of it.",
    {
        "service_id": c.column("text", "Consortium-wide code of the service.", required=True),
        "title": c.column("text", "Title.", c.at_most_characters(500), required=True),
        "category": c.column("enum", "Kind of service.", required=True,
                             vocabulary="service_category"),
        "objective": c.column("enum", "Objective of the call.", required=True,
                              vocabulary="service_objective"),
        "providers": c.column("partners", "Partners that provide it.", required=True),
        "target_group": c.column("enum", "Whom it is for.", required=True,
                                 vocabulary="target_group"),
        "status": c.column("enum", "State.", required=True, vocabulary="service_status"),
        "approved_date": c.column("date", "Approved on."),
        "first_offered_date": c.column("date", "Offered since."),
        "retired_date": c.column("date", "No longer offered since."),
        "languages": c.column("list", "Languages."),
        "countries": c.column("list", "Countries."),
        "action_code": c.column("enum", "Action of the call.", vocabulary="action_code"),
        "version": c.column("text", "Version, and of which service when it has its own code."),
        "evidence_ref": c.column("text", "Where the papers are."),
    },
    key="service_id",
    natural_key=("service_id", "version"),
    rules=(c.comes_after("retired_date", "first_offered_date"),),
)  # fmt: skip
