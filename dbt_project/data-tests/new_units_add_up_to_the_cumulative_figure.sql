-- I1: the new units of all periods are the cumulative figure (portfolios are stocks, not flows).
select
    totals.kpi,
    totals.policy,
    totals.value,
    sum(parts.value) as sum_of_periods
from {{ ref('kpi_values') }} as totals
inner join {{ ref('kpis') }} as kpis on totals.kpi = kpis.kpi and not kpis.is_share
inner join {{ ref('kpi_values') }} as parts
    on
        totals.kpi = parts.kpi
        and totals.policy is not distinct from parts.policy
        and parts.measure = 'new'
inner join {{ ref('kpis') }} as nine on totals.kpi = nine.kpi and nine.parent is null
where totals.period = 'all' and totals.measure = 'cumulative'
group by totals.kpi, totals.policy, totals.value
having totals.value <> sum(parts.value)
