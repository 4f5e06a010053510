-- One row per partner and register: is it up to date for the reporting date.
with

registers as (

    select distinct
        partner,
        register
    from {{ ref('stg_expected_registers') }}
    union
    select distinct
        reported_by as partner,
        register
    from {{ ref('stg_deliveries') }}

),

newest as (

    select * from {{ ref('stg_deliveries') }}
    where is_newest

),

in_force as (

    select * from {{ ref('stg_deliveries') }}
    where is_in_force

)

select
    registers.partner,
    registers.register,
    expected.every,
    expected.due_day,
    in_force.received_at as last_accepted_at,
    newest.state as newest_state,
    newest.reason as newest_reason,
    coalesce(in_force.rows_read, 0) as rows_read,
    coalesce(in_force.rows_refused, 0) as rows_refused,
    case
        when in_force.delivery_id is null and expected.every is null then 'not_expected'
        when in_force.delivery_id is null then 'missing'
        when not newest.is_in_force then 'stale'
        else 'received'
    end as status
from registers
left join {{ ref('stg_expected_registers') }} as expected
    on registers.partner = expected.partner and registers.register = expected.register
left join newest
    on registers.partner = newest.reported_by and registers.register = newest.register
left join in_force
    on registers.partner = in_force.reported_by and registers.register = in_force.register
