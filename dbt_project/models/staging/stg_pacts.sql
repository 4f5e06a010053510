{{ current_rows('pacts', [
    'pact_id',
    'title',
    'pact_type',
    'url',
    'ecosystem',
    'region',
    'country',
    'signature_date',
    'status',
    'cluster_reference',
    'cluster_role',
    'role_clause',
    'reference_date',
    'involvement',
    'reporting_partner',
    'evidence_ref'
]) }}
