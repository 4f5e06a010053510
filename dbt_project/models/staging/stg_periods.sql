select
    code as period,
    position,
    first_month,
    last_month,
    first_day,
    last_day
from {{ source('declared', 'periods') }}
