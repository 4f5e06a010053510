{{ config(materialized='view') }}
-- Every counted unit with all rows that support it, under each policy.
with

first_days as (

    select
        counted.kpi,
        counted.policy,
        counted.unit,
        counted.counted_on,
        periods.period
    from {{ ref('int_counted_units') }} as counted
    left join {{ ref('stg_periods') }} as periods
        on counted.counted_on between periods.first_day and periods.last_day

)

select
    kpi_rows.kpi,
    kpi_rows.policy,
    kpi_rows.unit,
    first_days.counted_on,
    first_days.period,
    kpi_rows.register,
    kpi_rows.row_id,
    kpi_rows.reported_by,
    register_rows.record_key,
    kpi_rows.counting_date,
    kpi_rows.fate,
    register_rows.delivery_id,
    deliveries.received_at,
    register_rows.file_sha256,
    register_rows.file_name,
    register_rows.sheet,
    register_rows.row_number,
    register_rows.cell_range
from {{ ref('int_kpi_rows') }} as kpi_rows
inner join first_days
    on
        kpi_rows.kpi = first_days.kpi
        and kpi_rows.policy is not distinct from first_days.policy
        and kpi_rows.unit = first_days.unit
inner join {{ ref('int_register_rows') }} as register_rows
    on kpi_rows.row_id = register_rows.row_id and kpi_rows.register = register_rows.register
inner join {{ ref('stg_deliveries') }} as deliveries
    on register_rows.delivery_id = deliveries.delivery_id
where kpi_rows.qualifies
