-- One row per partner and register: is it up to date for the reporting date, who is behind, since
-- when.
with

registers as (

    select distinct
        partner,
        register
    from {{ ref('stg_expected_registers') }}
    union
    select distinct
        partner,
        register
    from {{ ref('deliveries') }}

),

newest as (

    select * from {{ ref('stg_deliveries') }}
    where is_newest

),

in_force as (

    select * from {{ ref('deliveries') }}
    where is_in_force

),

attempts as (

    select
        reported_by,
        register,
        max(attempted_at) as last_attempt_at,
        max_by(outcome, attempted_at) as last_outcome,
        max(attempted_at) filter (outcome in ('delivered', 'unchanged')) as last_success_at
    from {{ ref('stg_attempts') }}
    group by reported_by, register

),

failing as (

    select
        failed.reported_by,
        failed.register,
        min(failed.attempted_at) as since
    from {{ ref('stg_attempts') }} as failed
    inner join attempts
        on failed.reported_by = attempts.reported_by and failed.register = attempts.register
    where
        attempts.last_success_at is null
        or failed.attempted_at > attempts.last_success_at
    group by failed.reported_by, failed.register

),

rates as (

    select
        partner,
        register,
        count(*) as periods_due,
        count(*) filter (is_received) as periods_received,
        count(*) filter (is_on_time) as periods_on_time,
        max(due_on) as last_due_on,
        max_by(
            case when is_on_time then 'on_time' when is_received then 'late' else 'overdue' end,
            due_on
        ) as timeliness
    from {{ ref('reporting_rates') }}
    group by partner, register

)

select
    registers.partner,
    registers.register,
    expected.every,
    expected.due_day,
    in_force.received_at as last_accepted_at,
    in_force.modified_at as last_modified_at,
    attempts.last_attempt_at,
    attempts.last_outcome,
    failing.since as failing_since,
    newest.state as newest_state,
    newest.reason as newest_reason,
    coalesce(in_force.rows_read, 0) as rows_read,
    coalesce(in_force.rows_refused, 0) as rows_refused,
    in_force.rows_refused / nullif(in_force.rows_read, 0) as refused_share,
    coalesce(rates.periods_due, 0) as periods_due,
    coalesce(rates.periods_received, 0) as periods_received,
    coalesce(rates.periods_on_time, 0) as periods_on_time,
    rates.last_due_on,
    coalesce(rates.timeliness, 'not_due') as timeliness,
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
    on registers.partner = in_force.partner and registers.register = in_force.register
left join attempts
    on registers.partner = attempts.reported_by and registers.register = attempts.register
left join failing
    on registers.partner = failing.reported_by and registers.register = failing.register
left join rates
    on registers.partner = rates.partner and registers.register = rates.register
