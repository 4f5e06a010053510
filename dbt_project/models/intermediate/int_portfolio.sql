-- The portfolio D-4b as it stood on the last day of each period (or on the reporting date).
with

days as (

    select
        periods.period,
        least(periods.last_day, project.reporting_date) as day
    from {{ ref('stg_periods') }} as periods
    cross join {{ ref('stg_project') }} as project
    union all
    select
        'all' as period,
        least(last_day, reporting_date) as day
    from {{ ref('stg_project') }}

),

offered as (

    select
        days.period,
        services.*
    from days
    inner join {{ ref('int_services') }} as services
        on
            days.day >= services.first_offered_date
            and coalesce(days.day < services.retired_date, true)
    where
        services.objective = '4b'
        and services.target_group in ('smes', 'cluster_members')
        and {{ invalid('services.errors', [
            'objective', 'target_group', 'status', 'first_offered_date', 'retired_date',
        ]) }} is null

)

select
    days.period,
    count(offered.service_key) as services,
    count(offered.service_key) filter (where offered.is_joint) as joint_services,
    len(list_distinct(flatten(coalesce(list(offered.providers), [])))) as providers,
    len(list_distinct(flatten(coalesce(list(offered.countries), [])))) as countries,
    count(distinct offered.category) as categories
from days
left join offered on days.period = offered.period
group by days.period
