{#- Why a row of the attendance register does not count for a KPI, null when it may: the first
    condition that fails. Each expects `attendance` (int_attendance_facts), `parameters` and
    `project`. They are macros, so that ten million rows are judged for all KPIs in one pass. -#}

{#- 4a.M1: employees of cluster organisations which received trainings. -#}
{% macro reason_4a_m1() -%}
    {%- set attendance_columns = [
        'record_id', 'training_id', 'session_date', 'person_name', 'first_name', 'surname', 'email',
        'employer_name', 'employer_country', 'employer_id', 'role', 'attended', 'headcount',
    ] %}
    {%- set training_columns = ['training_id', 'objective', 'status'] %}
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
    end
{%- endmacro %}

{#- 4b.O2: businesses that benefitted through a worker at a joint training (reading 22). -#}
{% macro reason_4b_o2() -%}
    {%- set attendance_columns = [
        'record_id', 'training_id', 'session_date', 'employer_name', 'employer_country',
        'employer_id', 'person_category', 'role', 'attended',
    ] %}
    {%- set training_columns = [
        'training_id', 'objective', 'status', 'lead_partner', 'co_partners',
    ] %}
    case
        when attendance.is_withdrawn then 'WITHDRAWN'
        when {{ invalid('attendance.errors', attendance_columns) }} is not null
            then {{ invalid('attendance.errors', attendance_columns) }}
        when attendance.is_training_unknown then 'INVALID:E07'
        when {{ invalid('attendance.training_errors', training_columns) }} is not null
            then {{ invalid('attendance.training_errors', training_columns) }}
        when attendance.end_date_error is not null then attendance.end_date_error
        when attendance.objective not in ('4b', 'both') then 'OTHER_OBJECTIVE'
        when attendance.training_status <> 'delivered' then 'NOT_DELIVERED'
        when not attendance.is_joint then 'NOT_JOINT'
        when attendance.role <> 'participant' then 'ROLE'
        when attendance.person_category not in ('worker', 'self_employed', 'business_owner')
            then 'PERSON_CATEGORY'
        when attendance.attended = 'no' then 'NO_SHOW'
        when attendance.has_only_zero_hours then 'INVALID:E10'
        when attendance.attended_on is null then 'NO_DATE'
        when attendance.is_decided_by_sessions then 'SESSIONS_DECIDE'
        when attendance.is_empty_session then 'NO_HOURS'
    end
{%- endmacro %}

{#- 4b.O3: workers that received training as a result of joint activities. -#}
{% macro reason_4b_o3() -%}
    {%- set attendance_columns = [
        'record_id', 'training_id', 'session_date', 'person_name', 'first_name', 'surname', 'email',
        'employer_name', 'employer_country', 'employer_id', 'person_category', 'role', 'attended',
        'headcount',
    ] %}
    {%- set training_columns = [
        'training_id', 'objective', 'status', 'lead_partner', 'co_partners', 'cascade_of',
    ] %}
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
    end
{%- endmacro %}

{#- All that the three may say, as a type; a broken rule that refuses a row is one more. -#}
{% macro reasons_of_attendance() -%}
    enum (
        'WITHDRAWN', 'OTHER_OBJECTIVE', 'NOT_CLUSTER_STAFF', 'NOT_PARTNER_STAFF', 'CLUSTER_STAFF',
        'PERSON_CATEGORY', 'NOT_DELIVERED', 'NOT_JOINT', 'ROLE', 'NO_SHOW', 'NO_DATE',
        'OUT_OF_PROJECT', 'UNVERIFIED_AGGREGATE', 'SESSIONS_DECIDE', 'NO_HOURS',
        'INVALID:E0{{ range(1, 10) | join("', 'INVALID:E0") }}',
        'INVALID:E{{ range(10, 100) | join("', 'INVALID:E") }}'
    )
{%- endmacro %}
