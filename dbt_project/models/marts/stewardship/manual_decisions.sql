-- One row per KPI and policy that stewards have changed by hand: units that count only by decision
-- and units that would count without one (G14).
with

units as (

    select
        kpi_rows.kpi,
        kpi_rows.policy,
        kpi_rows.unit,
        coalesce(
            bool_and(kpi_rows.decision_id is not null) filter (where kpi_rows.reason is null), false
        ) as is_included,
        bool_or(coalesce(kpi_rows.reason = 'MANUAL', false)) as is_excluded
    from {{ ref('int_kpi_candidates') }} as kpi_rows
    semi join {{ ref('int_decided_kpi_units') }} as decided
        on kpi_rows.kpi = decided.kpi and kpi_rows.unit = decided.unit
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
