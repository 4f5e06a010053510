{{ current_rows('services', [
    'service_id',
    'title',
    'category',
    'objective',
    'providers',
    'target_group',
    'status',
    'approved_date',
    'first_offered_date',
    'retired_date',
    'languages',
    'countries',
    'action_code',
    'version',
    'evidence_ref'
]) }}
