{{ current_rows('service_deliveries', [
    'delivery_id',
    'service_id',
    'recipient',
    'recipient_country',
    'recipient_id',
    'partner',
    'delivered_on',
    'status',
    'directness',
    'hours',
    'value_eur',
    'evidence_ref',
    'recipient_key'
]) }}
