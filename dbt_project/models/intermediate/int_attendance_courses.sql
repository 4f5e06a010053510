{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_changed_partners(ref('int_attendance_inputs')) }}",
) }}
-- Per person, training and reporting partner: do sessions decide (reading 20), were all hours zero
-- (E10, reading 18). Partners are kept apart, so that none can undo what another reports. Only
-- trainings with a row that leaves one of this open.
with

attended as (

    select
        attendance.reported_by,
        attendance.training_id,
        attendance.record_key,
        attendance.person_mention,
        attendance.session_date,
        case
            when {{ invalid('attendance.errors', ['hours']) }} is null then attendance.hours
        end as hours,
        attendance.completed
    from {{ ref('stg_attendance') }} as attendance
    where
        not attendance.is_withdrawn
        and attendance.attended in ('yes', 'partial')
        and {{ of_changed_partners(ref('int_attendance_inputs')) }}

),

open_trainings as (

    select distinct
        reported_by,
        training_id
    from attended
    where session_date is null or hours = 0

)

select
    attended.reported_by,
    attended.training_id,
    coalesce(splits.person, persons.person) as person,
    bool_or(attended.session_date is not null) as has_sessions,
    bool_or(attended.hours > 0 and attended.session_date is not null) as has_session_hours,
    coalesce(
        bool_and(coalesce(attended.hours = 0, false)) filter (
            where attended.session_date is not null
        ),
        bool_and(coalesce(attended.hours = 0, false))
    )
    and bool_and(coalesce(not attended.completed, false)) as has_only_zero_hours
from attended
semi join open_trainings
    on
        attended.reported_by = open_trainings.reported_by
        and attended.training_id = open_trainings.training_id
inner join {{ ref('int_persons') }} as persons
    on attended.person_mention = persons.person_mention
left join {{ ref('int_split_rows') }} as splits
    on attended.reported_by = splits.reported_by and attended.record_key = splits.record_key
where persons.person is not null
group by
    attended.reported_by, attended.training_id, coalesce(splits.person, persons.person)
