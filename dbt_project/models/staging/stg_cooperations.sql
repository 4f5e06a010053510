{{ current_rows('cooperations', [
    'cooperation_id',
    'partner',
    'institution',
    'institution_country',
    'institution_id',
    'institution_type',
    'nuts',
    'kind',
    'status',
    'signed_date',
    'evidence_ref',
    'institution_key'
]) }}
