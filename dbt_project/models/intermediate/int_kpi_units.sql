{% set of_attendance = "register = 'attendance' and kpi in ('4a.M1', '4b.O2', '4b.O3')" %}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_changed_partners(
        ref('int_attendance_inputs'),
        \"not (register = 'attendance' and kpi in ('4a.M1', '4b.O2', '4b.O3'))\"
    ) }}",
) }}
-- Every unit that counts: one row per KPI, policy, unit, register, reporting partner and reporting
-- period with its first day there and the row that is told first. Figures and breakdowns are added
-- up from here.
select
    candidates.kpi,
    candidates.policy,
    candidates.unit,
    candidates.register,
    candidates.reported_by,
    periods.period,
    min(candidates.counting_date) as first_day,
    min(
        struct_pack(
            counting_date := candidates.counting_date,
            preference := candidates.preference,
            reported_by := candidates.reported_by,
            record_key := candidates.record_key,
            row_id := candidates.row_id,
            register := candidates.register
        )
    ) as first_row
from {{ ref('int_kpi_candidates') }} as candidates
left join {{ ref('stg_periods') }} as periods
    on candidates.counting_date between periods.first_day and periods.last_day
where
    candidates.reason is null
    and (not ({{ of_attendance }}) or {{ of_changed_partners(ref('int_attendance_inputs')) }})
group by all
