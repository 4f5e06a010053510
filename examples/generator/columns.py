"""The kind of value in each column of the twelve registers.

Belongs here: which columns hold dates, numbers, countries, words of a short list. Does not belong
here: what the columns are called (`languages/`), what is in them.
"""

from __future__ import annotations

REGISTERS = (
    "organisations",
    "trainings",
    "attendance",
    "training_plans",
    "label_applications",
    "exchanges",
    "services",
    "service_deliveries",
    "sme_investments",
    "pacts",
    "cooperations",
    "activities",
)

_DATES = {
    "sme_valid_from", "sme_valid_to", "start_date", "end_date", "session_date", "adoption_date",
    "application_date", "decision_date", "commitment_date", "closing_report_date",
    "validated_date", "approved_date", "first_offered_date", "retired_date", "delivered_on",
    "investment_date", "signature_date", "reference_date", "signed_date",
}  # fmt: skip
_NUMBERS = {
    "headcount_awu", "turnover_eur", "balance_sheet_eur", "fiscal_year", "planned_hours", "hours",
    "headcount", "staff_covered", "working_days", "visitors", "lump_sum_eur", "value_eur",
    "amount", "staff_hours", "employees_concerned", "grant_received_eur", "quantity", "version",
    "+ordinal",
}  # fmt: skip
_YES_NO = {
    "consortium_partner", "self_employed", "public_control_25", "completed", "cluster_reference",
}  # fmt: skip
_COUNTRIES = {
    "country", "employer_country", "cluster_org_country", "vo_country", "ho_country",
    "recipient_country", "sme_country",
}  # fmt: skip
_PARTNERS = {
    "lead_partner", "co_partners", "supporting_partner", "providers", "partner", "partners",
    "reporting_partner",
}  # fmt: skip
# column → list of words; (register, column) where one column name has two lists
_WORDS = {
    "org_type": "org_type",
    "autonomy": "autonomy",
    "sme_declared": "sme_declared",
    "sme_evidence": "sme_evidence",
    "objective": "objective",
    "audience": "audience",
    "topic_flags": "topic_flags",
    "format": "format",
    "person_category": "person_category",
    "role": "role",
    "attended": "attended",
    "gender": "gender",
    "support_type": "support_type",
    "scheme": "scheme",
    "level": "level",
    "previous_level": "level",
    "application_type": "application_type",
    "vo_type": "vo_type",
    "ho_type": "ho_type",
    "vo_is_sme": "is_sme",
    "ho_is_sme": "is_sme",
    "mode": "mode",
    "category": "category",
    "target_group": "target_group",
    "directness": "directness",
    "pact_type": "pact_type",
    "involvement": "involvement",
    "institution_type": "institution_type",
    "output_type": "output_type",
    "project_link": "project_link",
}
_WORDS_OF_REGISTER = {
    ("trainings", "status"): "training_status",
    ("training_plans", "status"): "plan_status",
    ("label_applications", "status"): "label_status",
    ("exchanges", "status"): "exchange_status",
    ("services", "status"): "service_status",
    ("service_deliveries", "status"): "delivery_status",
    ("pacts", "status"): "pact_status",
    ("cooperations", "status"): "cooperation_status",
    ("activities", "status"): "activity_status",
    ("sme_investments", "kind"): "investment_kind",
    ("cooperations", "kind"): "cooperation_kind",
}


def kind_of(register: str, column: str) -> str:
    """The kind: date, number, yes_no, country, partner, words:<list> or text."""
    words = _WORDS_OF_REGISTER.get((register, column), _WORDS.get(column))
    if words is not None:
        return f"words:{words}"
    for kind, columns in (
        ("date", _DATES),
        ("number", _NUMBERS),
        ("yes_no", _YES_NO),
        ("country", _COUNTRIES),
        ("partner", _PARTNERS),
    ):
        if column in columns:
            return kind
    return "text"
