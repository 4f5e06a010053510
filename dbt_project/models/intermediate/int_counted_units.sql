-- One row per KPI, policy and unit that counts: its first day and the row that is told first (G2).
with

units as (

    select
        kpi,
        policy,
        unit,
        min(first_row) as first_row
    from {{ ref('int_kpi_units') }}
    group by kpi, policy, unit

)

select
    kpi,
    policy,
    unit,
    first_row.counting_date as counted_on,
    first_row.register,
    first_row.row_id
from units
