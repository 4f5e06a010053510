-- One row per partner, register and calendar period that was due while the pipeline watched: did a
-- version of the register from within the period, or later, arrive by the due day? One that was
-- saved again with nothing new is such a version, and so is every look at a source that does not
-- say when it was written. Counted as DHIS2 counts reporting rates: expected, received, on time. A
-- period counts that shares a day with the project.
with

watched as (

    select
        partner,
        register,
        min(received_at) as since
    from {{ ref('deliveries') }}
    group by partner, register

),

expected as (

    select
        expected.partner,
        expected.register,
        expected.due_day,
        case expected.every
            when 'month' then 1
            when 'quarter' then 3
            when 'half_year' then 6
            when 'year' then 12
        end as months,
        cast(watched.since as date) as since
    from {{ ref('stg_expected_registers') }} as expected
    inner join watched
        on expected.partner = watched.partner and expected.register = watched.register

),

month_ends as (

    select
        cast(unnest(generate_series(
            date_trunc('month', project.first_day),
            date_trunc('month', project.reporting_date),
            interval 1 month
        )) as date) as following_month
    from {{ ref('stg_project') }} as project

),

calendar_periods as (

    select
        expected.partner,
        expected.register,
        expected.due_day,
        expected.since,
        month_ends.following_month,
        cast(month_ends.following_month - to_months(expected.months) as date) as first_day
    from expected
    inner join month_ends
        on (month(month_ends.following_month) - 1) % expected.months = 0

),

due_periods as (

    select
        periods.partner,
        periods.register,
        periods.first_day,
        cast(periods.following_month - interval 1 day as date) as last_day,
        cast(periods.following_month + to_days(cast(periods.due_day - 1 as integer)) as date)
            as due_on,
        periods.since
    from calendar_periods as periods
    cross join {{ ref('stg_project') }} as project
    where
        periods.following_month > project.first_day
        and periods.first_day < project.first_day + to_months(cast(project.months as integer))

),

arrivals as (

    select
        due_periods.partner,
        due_periods.register,
        due_periods.last_day,
        min(deliveries.received_at) as received_at
    from due_periods
    inner join {{ ref('deliveries') }} as deliveries
        on
            due_periods.partner = deliveries.partner
            and due_periods.register = deliveries.register
            and due_periods.first_day
            <= cast(coalesce(deliveries.modified_at, deliveries.received_at) as date)
    where deliveries.state in ('accepted', 'unchanged')
    group by due_periods.partner, due_periods.register, due_periods.last_day

)

select
    due_periods.partner,
    due_periods.register,
    due_periods.first_day,
    due_periods.last_day,
    due_periods.due_on,
    arrivals.received_at,
    arrivals.received_at is not null as is_received,
    coalesce(cast(arrivals.received_at as date) <= due_periods.due_on, false) as is_on_time,
    cast(arrivals.received_at as date) - due_periods.due_on as days_late
from due_periods
cross join {{ ref('stg_project') }} as project
left join arrivals
    on
        due_periods.partner = arrivals.partner
        and due_periods.register = arrivals.register
        and due_periods.last_day = arrivals.last_day
where due_periods.due_on between due_periods.since and project.reporting_date
