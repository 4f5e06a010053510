-- One row per release, KPI and policy: the cumulative figure of the closed period as it was
-- reported, as it would be today, and how many units make the difference (G8).
with

frozen as (

    select
        releases.release,
        releases.closed_period,
        figures.kpi,
        figures.policy,
        figures.value,
        figures.numerator,
        figures.denominator
    from {{ source('release', 'releases') }} as releases
    inner join {{ source('release', 'values') }} as figures
        on
            releases.release = figures.release
            and releases.closed_period = figures.period
    where figures.measure = 'cumulative'

),

moved as (

    select
        release,
        kpi,
        policy,
        count(*) filter (change = 'gained') as gained,
        count(*) filter (change = 'lost') as lost
    from {{ ref('restated_units') }}
    group by release, kpi, policy

)

select
    frozen.release,
    frozen.closed_period,
    frozen.kpi,
    frozen.policy,
    frozen.value as frozen_value,
    today.value as current_value,
    today.value - frozen.value as restatement,
    frozen.numerator as frozen_numerator,
    today.numerator as current_numerator,
    frozen.denominator as frozen_denominator,
    today.denominator as current_denominator,
    coalesce(moved.gained, 0) as units_gained,
    coalesce(moved.lost, 0) as units_lost
from frozen
left join {{ ref('kpi_values') }} as today
    on
        frozen.kpi = today.kpi
        and frozen.closed_period = today.period
        and today.measure = 'cumulative'
        and frozen.policy is not distinct from today.policy
left join moved
    on
        frozen.release = moved.release
        and frozen.kpi = moved.kpi
        and frozen.policy is not distinct from moved.policy
