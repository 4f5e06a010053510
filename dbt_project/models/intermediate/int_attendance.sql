{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_changed_partners(ref('int_attendance_inputs')) }}",
) }}
-- One row per attendance row in force or withdrawn: with its training, employer, person and place,
-- and why it does not count for each KPI that reads it.
select
    attendance.*,
    cast({{ reason_4a_m1() }} as {{ reasons_of_attendance() }}) as reason_4a_m1,
    cast({{ reason_4b_o2() }} as {{ reasons_of_attendance() }}) as reason_4b_o2,
    cast({{ reason_4b_o3() }} as {{ reasons_of_attendance() }}) as reason_4b_o3
from {{ ref('int_attendance_facts') }} as attendance
cross join {{ ref('stg_parameters') }} as parameters
cross join {{ ref('stg_project') }} as project
where {{ of_changed_partners(ref('int_attendance_inputs')) }}
