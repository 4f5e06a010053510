-- One row per attempt to fetch a register; `opened` is the delivery set that it opened, if any.
with

attempts as (

    select
        *,
        row_number() over (
            partition by delivery_id
            order by attempted_at, attempt_id
        ) as nth_of_delivery
    from {{ source('delivery', 'attempts') }}
    where attempted_at <= {{ known_until() }}

)

select
    attempt_id,
    reported_by,
    register,
    run_id,
    attempted_at,
    seconds,
    outcome,
    cause,
    detail,
    is_retryable,
    files,
    files_read,
    bytes_read,
    modified_at,
    case when nth_of_delivery = 1 then delivery_id end as opened
from attempts
