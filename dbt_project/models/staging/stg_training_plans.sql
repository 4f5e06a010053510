{{ current_rows('training_plans', [
    'plan_id',
    'title',
    'version',
    'beneficiary_orgs',
    'supporting_partner',
    'support_type',
    'status',
    'adoption_date',
    'staff_covered',
    'evidence_ref',
    'beneficiary_orgs_key'
]) }}
