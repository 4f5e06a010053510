{{ current_rows('sme_investments', [
    'investment_id',
    'sme',
    'sme_country',
    'sme_id',
    'investment_date',
    'kind',
    'amount',
    'currency',
    'staff_hours',
    'employees_concerned',
    'project_link',
    'grant_received_eur',
    'evidence_ref',
    'sme_key'
]) }}
