-- The nine KPIs as the coordinator reads them: one row per KPI under the headline policy.
with

figures as (

    select * from {{ ref('kpi_values') }}

),

cumulative as (

    select
        kpi,
        max(value) filter (where policy = 'conservative') as conservative,
        max(value) filter (where policy = 'reported') as reported,
        max(value) filter (where policy = 'potential') as potential
    from figures
    where measure = 'cumulative' and period = 'all'
    group by kpi

),

stale as (

    select list_sort(list(distinct partner)) as partners
    from {{ ref('completeness') }}
    where status in ('missing', 'stale', 'late')

)

select
    kpis.kpi,
    kpis.position,
    kpis.objective,
    kpis.is_mandatory,
    kpis.title,
    headline.policy,
    headline.value,
    headline.numerator,
    headline.denominator,
    cumulative.conservative,
    cumulative.reported,
    cumulative.potential,
    headline.target,
    targets.due_month,
    headline.state,
    coalesce(stale.partners, []) as partners_not_up_to_date
from {{ ref('kpis') }} as kpis
cross join {{ ref('stg_project') }} as project
cross join stale
inner join figures as headline
    on
        kpis.kpi = headline.kpi
        and headline.period = 'all'
        and headline.measure = 'cumulative'
        and coalesce(headline.policy, project.sme_policy) = project.sme_policy
left join cumulative on kpis.kpi = cumulative.kpi
left join {{ ref('stg_targets') }} as targets on kpis.kpi = targets.kpi
where kpis.parent is null
