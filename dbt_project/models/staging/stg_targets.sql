select
    kpi,
    baseline,
    target,
    due_month,
    due_day,
    source
from {{ source('declared', 'targets') }}
