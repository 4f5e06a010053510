{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_changed_partners(ref('int_attendance_deliveries')) }}",
) }}
-- Where attendance rows stand, but for their number in the sheet.
select
    place,
    any_value(reported_by) as reported_by,
    any_value(delivery_set) as delivery_set,
    any_value(file_sha256) as file_sha256,
    any_value(file_name) as file_name,
    any_value(sheet) as sheet,
    any_value(cell_columns) as cell_columns
from {{ ref('stg_attendance') }}
where {{ of_changed_partners(ref('int_attendance_deliveries')) }}
group by place
