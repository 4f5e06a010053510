-- One row per delivery: what arrived, when, in which state.
select
    delivery_id,
    reported_by as partner,
    register,
    sequence,
    state,
    reason,
    received_at,
    file_names,
    file_hashes,
    rows_read,
    rows_refused,
    rows_doubtful,
    rows_withdrawn,
    is_in_force,
    is_newest
from {{ ref('stg_deliveries') }}
