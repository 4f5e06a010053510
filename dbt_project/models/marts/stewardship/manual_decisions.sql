-- One row per KPI and policy that stewards have changed by hand: units that count only by decision
-- and units that would count without one (G14).
with

touched as (

    select distinct
        kpi,
        unit
    from {{ ref('int_kpi_rows') }}
    where decision_id is not null

),

units as (

    select
        kpi_rows.kpi,
        kpi_rows.policy,
        kpi_rows.unit,
        coalesce(
            bool_and(kpi_rows.decision_id is not null) filter (where kpi_rows.qualifies), false
        ) as is_included,
        bool_or(kpi_rows.fate = 'excluded:MANUAL') as is_excluded
    from {{ ref('int_kpi_rows') }} as kpi_rows
    inner join touched on kpi_rows.kpi = touched.kpi and kpi_rows.unit = touched.unit
    group by kpi_rows.kpi, kpi_rows.policy, kpi_rows.unit

)

select
    kpi,
    policy,
    count(*) filter (where is_included) as included,
    count(*) filter (where is_excluded) as excluded
from units
where is_included or is_excluded
group by kpi, policy
