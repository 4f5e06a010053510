-- 4a.M1: employees of cluster organisations which received trainings.
{% set attendance_columns = [
    'record_id', 'training_id', 'session_date', 'person_name', 'first_name', 'surname', 'email',
    'employer_name', 'employer_country', 'employer_id', 'role', 'attended', 'headcount',
] %}
{% set training_columns = ['training_id', 'objective', 'status'] %}
with

attendance as (

    select * from {{ ref('int_attendance') }}

),

parameters as (

    select * from {{ ref('stg_parameters') }}

),

project as (

    select * from {{ ref('stg_project') }}

),

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
            when attendance.objective not in ('4a', 'both') then 'OTHER_OBJECTIVE'
            when attendance.employer_type = 'unreadable' then 'INVALID:E05'
            when attendance.employer_type <> 'cluster_organisation' then 'NOT_CLUSTER_STAFF'
            when parameters.k_4a_m1_scope = 'consortium' and not attendance.is_partner_staff
                then 'NOT_PARTNER_STAFF'
            when attendance.training_status <> 'delivered' then 'NOT_DELIVERED'
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
    from attendance
    cross join parameters
    cross join project

),

-- With a minimum of hours a person counts from the day on which their sum reaches it.
hours_by_day as (

    select
        person,
        training_id,
        attended_on,
        max(coalesce(hours, 0)) as day_hours
    from filtered
    where reason is null
    group by person, training_id, attended_on

),

running_hours as (

    select
        person,
        attended_on,
        sum(day_hours) over (
            partition by person
            order by attended_on
            range between unbounded preceding and current row
        ) as hours_so_far
    from hours_by_day

),

reached as (

    select
        running_hours.person,
        min(running_hours.attended_on) as reached_on
    from running_hours
    cross join parameters
    where running_hours.hours_so_far >= parameters.k_4a_m1_min_hours
    group by running_hours.person

),

candidates as (

    select
        cast(null as varchar) as policy,
        'attendance' as register,
        filtered.row_id,
        filtered.reported_by,
        filtered.record_key,
        filtered.person as unit,
        greatest(filtered.attended_on, reached.reached_on) as counting_date,
        coalesce(
            filtered.reason,
            case
                when filtered.person is not null and reached.reached_on is null
                    then 'TOO_FEW_HOURS'
            end
        ) as reason,
        false as is_pending,
        0 as preference
    from filtered
    left join reached on filtered.person = reached.person

),

fates as (

    {{ fates('4a.M1', 'candidates') }}

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
