{{ current_rows('activities', [
    'activity_id',
    'action_code',
    'title',
    'partners',
    'start_date',
    'end_date',
    'status',
    'output_type',
    'quantity',
    'evidence_ref'
]) }}
