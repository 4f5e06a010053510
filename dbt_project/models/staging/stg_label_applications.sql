{{ current_rows('label_applications', [
    'application_id',
    'cluster_org',
    'cluster_org_country',
    'cluster_org_id',
    'scheme',
    'level',
    'application_type',
    'previous_level',
    'application_date',
    'status',
    'decision_date',
    'valid_from',
    'valid_until',
    'supporting_partner',
    'evidence_ref',
    'cluster_org_key'
]) }}
