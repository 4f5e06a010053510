-- 4b.O3: workers that received training as a result of joint activities.
{% set attendance_columns = [
    'record_id', 'training_id', 'session_date', 'person_name', 'first_name', 'surname', 'email',
    'employer_name', 'employer_country', 'employer_id', 'person_category', 'role', 'attended',
    'headcount',
] %}
{% set training_columns = [
    'training_id', 'objective', 'status', 'lead_partner', 'co_partners', 'cascade_of',
] %}
with

filtered as (

    select
        attendance.*,
        case
            when attendance.is_withdrawn then 'WITHDRAWN'
            when attendance.is_training_unknown and attendance.training_id is not null
                then 'INVALID:E07'
            when {{ invalid('attendance.errors', attendance_columns) }} is not null
                then {{ invalid('attendance.errors', attendance_columns) }}
            when {{ invalid('attendance.training_errors', training_columns) }} is not null
                then {{ invalid('attendance.training_errors', training_columns) }}
            when attendance.end_date_error is not null then attendance.end_date_error
            when attendance.objective not in ('4b', 'both') then 'OTHER_OBJECTIVE'
            when attendance.employer_type = 'unreadable' then 'INVALID:E05'
            when
                attendance.employer_type = 'cluster_organisation'
                and not parameters.include_cluster_staff
                then 'CLUSTER_STAFF'
            when
                attendance.person_category not in ('worker', 'self_employed', 'business_owner')
                and not (
                    parameters.include_job_seekers and attendance.person_category = 'job_seeker'
                )
                and not (
                    parameters.include_cluster_staff
                    and attendance.person_category in ('cluster_manager', 'cluster_staff')
                )
                then 'PERSON_CATEGORY'
            when attendance.training_status <> 'delivered' then 'NOT_DELIVERED'
            when not attendance.is_joint and not attendance.is_joint_cascade then 'NOT_JOINT'
            when attendance.role <> 'participant' then 'ROLE'
            when attendance.attended = 'no' then 'NO_SHOW'
            when attendance.has_only_zero_hours then 'INVALID:E10'
            when attendance.attended_on is null then 'NO_DATE'
            when attendance.attended_on not between project.first_day and project.last_day
                then 'OUT_OF_PROJECT'
            when attendance.is_group then 'UNVERIFIED_AGGREGATE'
            when attendance.is_decided_by_sessions then 'SESSIONS_DECIDE'
            when attendance.is_empty_session then 'NO_HOURS'
        end as reason
    from {{ ref('int_attendance') }} as attendance
    cross join {{ ref('stg_parameters') }} as parameters
    cross join {{ ref('stg_project') }} as project

),

candidates as (

    select
        cast(null as varchar) as policy,
        'attendance' as register,
        filtered.row_id,
        filtered.reported_by,
        filtered.record_key,
        person as unit,
        attended_on as counting_date,
        reason,
        false as is_pending,
        0 as preference
    from filtered

),

fates as (

    {{ fates('4b.O3', 'candidates') }}

)

select
    kpi,
    policy,
    register,
    row_id,
    reported_by,
    unit,
    counting_date,
    fate,
    duplicate_of,
    qualifies
from fates
