-- Every figure: one row per KPI, period, measure and policy (G2).
with

kpis as (

    select * from {{ ref('kpis') }}

),

project as (

    select * from {{ ref('stg_project') }}

),

spans as (

    select
        period,
        position,
        first_day,
        last_day,
        last_month
    from {{ ref('stg_periods') }}
    union all
    select
        'all' as period,
        1000 as position,
        first_day,
        last_day,
        months as last_month
    from project

),

series as (

    select
        kpis.kpi,
        kpis.is_share,
        policies.policy
    from kpis
    inner join {{ policies() }} as policies on kpis.has_policies
    union all
    select
        kpi,
        is_share,
        cast(null as varchar) as policy
    from kpis
    where not has_policies

),

qualifying as (

    select
        kpi,
        policy,
        unit,
        1.0 as weight,
        first_day as day
    from {{ ref('int_kpi_units') }}
    union all
    select
        kpi,
        policy,
        unit,
        weight,
        day
    from {{ ref('int_side_measures') }}

),

first_days as (

    select
        kpi,
        policy,
        unit,
        max(weight) as weight,
        min(day) as day
    from qualifying
    group by kpi, policy, unit

),

new_units as (

    select
        first_days.kpi,
        first_days.policy,
        spans.period,
        'new' as measure,
        sum(first_days.weight) as value
    from first_days
    inner join spans on first_days.day between spans.first_day and spans.last_day
    where spans.period <> 'all'
    group by all

),

cumulative_units as (

    select
        first_days.kpi,
        first_days.policy,
        spans.period,
        'cumulative' as measure,
        sum(first_days.weight) as value
    from first_days
    inner join spans on first_days.day <= spans.last_day
    group by all

),

active_by_unit as (

    select
        qualifying.kpi,
        qualifying.policy,
        spans.period,
        qualifying.unit,
        max(qualifying.weight) as weight
    from qualifying
    inner join spans on qualifying.day between spans.first_day and spans.last_day
    group by all

),

active_units as (

    select
        kpi,
        policy,
        period,
        'active' as measure,
        sum(weight) as value
    from active_by_unit
    group by all

),

counted as (

    select * from new_units
    union all
    select * from cumulative_units
    union all
    select * from active_units

),

measures as (

    select unnest(['new', 'cumulative', 'active']) as measure

),

grid as (

    select
        series.kpi,
        series.policy,
        series.is_share,
        spans.period,
        spans.position,
        spans.last_month,
        measures.measure
    from series
    cross join spans
    cross join measures
    where not (spans.period = 'all' and measures.measure = 'new')

),

portfolio as (

    select
        period,
        unnest(['services', 'joint_services', 'providers', 'categories', 'countries']) as name,
        unnest([services, joint_services, providers, categories, countries]) as value
    from {{ ref('int_portfolio') }}

),

filled as (

    select
        grid.kpi,
        grid.policy,
        grid.is_share,
        grid.period,
        grid.last_month,
        grid.measure,
        coalesce(portfolio.value, counted.value, 0) as counted_value,
        exchanges.value as exchange_count
    from grid
    left join counted
        on
            grid.kpi = counted.kpi
            and grid.policy is not distinct from counted.policy
            and grid.period = counted.period
            and grid.measure = counted.measure
    left join portfolio
        on
            grid.kpi = 'D-4b.' || portfolio.name
            and grid.period = portfolio.period
            and grid.measure = 'cumulative'
    left join counted as exchanges
        on
            exchanges.kpi = '4a.O3'
            and grid.period = exchanges.period
            and grid.measure = exchanges.measure
    where not (grid.kpi like 'D-4b.%' and grid.measure <> 'cumulative')

),

measured as (

    select
        filled.kpi,
        filled.policy,
        filled.period,
        filled.last_month,
        filled.measure,
        filled.is_share,
        not project.runs_clusterxchange
        and (filled.kpi in ('4a.O3', '4a.O4') or filled.kpi like '4a.O3.%') as is_not_applicable,
        filled.counted_value,
        case when filled.is_share then cast(filled.counted_value as bigint) end as numerator,
        case
            when filled.is_share
                then case
                    when filled.measure = 'cumulative'
                        then
                            coalesce(
                                parameters.o4_denominator,
                                cast(coalesce(filled.exchange_count, 0) as bigint)
                            )
                    else cast(coalesce(filled.exchange_count, 0) as bigint)
                end
        end as denominator
    from filled
    cross join project
    cross join {{ ref('stg_parameters') }} as parameters

),

valued as (

    select
        measured.kpi,
        measured.policy,
        measured.period,
        measured.last_month,
        measured.measure,
        measured.is_share,
        measured.is_not_applicable,
        case when not measured.is_not_applicable then measured.numerator end as numerator,
        case when not measured.is_not_applicable then measured.denominator end as denominator,
        case
            when measured.is_not_applicable then null
            when measured.is_share and measured.denominator = 0 then null
            when measured.is_share
                then cast(
                    (2000 * measured.numerator + measured.denominator)
                    // (2 * measured.denominator) as double
                ) / 10
            else measured.counted_value
        end as value
    from measured

),

with_targets as (

    select
        valued.*,
        targets.target,
        targets.due_month,
        targets.due_day,
        least(valued.last_month, project.months_elapsed) as elapsed_months,
        project.reporting_date
    from valued
    cross join project
    left join {{ ref('stg_targets') }} as targets
        on valued.kpi = targets.kpi and valued.measure = 'cumulative'

),

action_states as (

    select
        code,
        state
    from {{ ref('actions') }}

)

select
    with_targets.kpi,
    with_targets.period,
    with_targets.measure,
    with_targets.policy,
    cast(with_targets.value as double) as value,
    with_targets.numerator,
    with_targets.denominator,
    cast(with_targets.target as double) as target,
    case
        when with_targets.is_not_applicable then 'not_applicable'
        when action_states.state is not null then action_states.state
        when with_targets.target is null then 'no_target'
        when with_targets.is_share and with_targets.denominator = 0 then 'not_applicable'
        when
            with_targets.is_share
            and 100 * with_targets.numerator >= with_targets.target * with_targets.denominator
            then 'achieved'
        when not with_targets.is_share and with_targets.value >= with_targets.target
            then 'achieved'
        when
            with_targets.elapsed_months >= with_targets.due_month
            and with_targets.reporting_date > with_targets.due_day
            then 'missed'
        when
            not with_targets.is_share
            and with_targets.value * with_targets.due_month
            >= with_targets.target * with_targets.elapsed_months
            then 'on_track'
        else 'behind'
    end as state
from with_targets
left join action_states
    on with_targets.kpi = action_states.code and with_targets.measure = 'cumulative'
