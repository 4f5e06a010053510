-- Every figure of every release, as it was reported; nothing in it ever changes.
select
    release,
    kpi,
    period,
    measure,
    policy,
    value,
    numerator,
    denominator,
    target,
    state
from {{ source('release', 'values') }}
