-- One row per reporting period.
select
    period,
    position,
    first_month,
    last_month,
    first_day,
    last_day
from {{ ref('stg_periods') }}
