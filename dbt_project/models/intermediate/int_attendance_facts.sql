{{ config(materialized='view') }}
-- One row per attendance row in force or withdrawn: with its training, employer, person and place.
{% set enumerations = ['person_category', 'role', 'attended', 'gender'] %}
with

rows_of_interest as (

    select
        attendance.* replace (
            case
                when {{ invalid('attendance.errors', ['hours']) }} is null then attendance.hours
            end as hours
        ),
        coalesce(attendance.headcount, 1) > 1 as is_group
    from {{ ref('stg_attendance') }} as attendance

)

select
    attendance.row_id,
    attendance.reported_by,
    attendance.record_key,
    attendance.place,
    attendance.employer_mention,
    attendance.row_number,
    attendance.is_withdrawn,
    attendance.errors,
    attendance.warnings,
    attendance.training_id,
    attendance.session_date,
    attendance.hours,
    attendance.evidence_ref,
    attendance.is_group,
    coalesce(splits.person, persons.person) as person,
    persons.is_homonym,
    persons.is_shared_mailbox,
    persons.employer_key,
    {% for column in enumerations -%}
        cast(attendance.{{ column }} as {{ enumeration(column) }}) as {{ column }},
    {% endfor -%}
    coalesce(attendance.headcount, 1) as headcount,
    cast(coalesce(
        persons.employer_type,
        case
            when attendance.person_category in ('cluster_manager', 'cluster_staff')
                then 'cluster_organisation'
            when attendance.person_category in ('worker', 'self_employed', 'business_owner')
                then 'business'
            else 'other'
        end
    ) as {{ enumeration('org_type', ['unreadable']) }}) as employer_type,
    coalesce(persons.is_partner_staff, false) as is_partner_staff,
    persons.is_employer_registered,
    coalesce(attendance.session_date, trainings.end_date) as attended_on,
    -- Without a session date the training's last day counts, and an error there counts too.
    case
        when attendance.session_date is null then {{ invalid('trainings.errors', ['end_date']) }}
    end as end_date_error,
    trainings.training_id is null as is_training_unknown,
    cast(trainings.objective as {{ enumeration('objective') }}) as objective,
    cast(trainings.status as {{ enumeration('training_status') }}) as training_status,
    trainings.is_joint,
    trainings.is_joint_cascade,
    trainings.cascade_of,
    trainings.errors as training_errors,
    attendance.session_date is null
    and coalesce(courses.has_sessions, false)
    and coalesce(splits.person, persons.person) is not null as is_decided_by_sessions,
    coalesce(
        courses.has_only_zero_hours,
        attendance.is_group and attendance.hours = 0 and not attendance.completed,
        false
    ) as has_only_zero_hours,
    coalesce(
        attendance.session_date is not null
        and attendance.hours = 0
        and courses.has_session_hours,
        false
    ) as is_empty_session
from rows_of_interest as attendance
left join {{ ref('int_persons') }} as persons
    on attendance.person_mention = persons.person_mention
left join {{ ref('int_split_rows') }} as splits
    on
        attendance.reported_by = splits.reported_by
        and attendance.record_key = splits.record_key
        and persons.person is not null
left join {{ ref('int_trainings') }} as trainings
    on attendance.training_id = trainings.training_id
left join {{ ref('int_attendance_courses') }} as courses
    on
        attendance.reported_by = courses.reported_by
        and attendance.training_id = courses.training_id
        and coalesce(splits.person, persons.person) = courses.person
