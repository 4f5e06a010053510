-- Actions of the call: one row per action with its state (kpis.md 2.6).
with

rows_of_actions as (

    select * from {{ ref('int_action_rows') }}

),

gathered as (

    select
        action,
        count(distinct unit) filter (where measure = '4a.A2.deliveries') as deliveries,
        bool_or(stage = 'done' and measure = action) as has_done,
        bool_or(stage in ('ongoing', 'done')) as has_begun,
        min(day) filter (where measure is not null) as first_date,
        max(day) filter (where measure is not null) as last_date,
        list_sort(list(distinct partner) filter (where partner is not null)) as partners,
        count(distinct evidence_ref) as evidence_count
    from rows_of_actions
    group by action

),

weights as (

    select
        measure,
        unit,
        max(weight) as weight
    from rows_of_actions
    where measure is not null and unit is not null
    group by measure, unit

),

counts as (

    select
        measure as action,
        cast(sum(weight) as bigint) as unit_count
    from weights
    group by measure

)

select
    kpis.kpi as code,
    kpis.objective,
    kpis.is_mandatory,
    kpis.title,
    case
        when gathered.action is null then 'not_started'
        when kpis.kpi = '4a.A2' and coalesce(counts.unit_count, 0) > 0 and gathered.deliveries > 0
            then 'implemented'
        when kpis.kpi <> '4a.A2' and gathered.has_done then 'implemented'
        when gathered.has_begun then 'ongoing'
        else 'planned'
    end as state,
    coalesce(counts.unit_count, 0) as unit_count,
    gathered.first_date,
    gathered.last_date,
    coalesce(gathered.partners, []) as partners,
    coalesce(gathered.evidence_count, 0) as evidence_count
from {{ ref('kpis') }} as kpis
left join gathered on kpis.kpi = gathered.action
left join counts on kpis.kpi = counts.action
where kpis.parent = 'actions' and kpis.kpi not like '%.%.%'
