-- 4b.M1: SMEs investing in skill development of their employees in the scope of the project.
{% set used_columns = [
    'investment_id', 'sme', 'sme_country', 'sme_id', 'investment_date', 'kind', 'amount',
    'staff_hours', 'project_link', 'grant_received_eur',
] %}
{% set attendance_columns = [
    'training_id', 'session_date', 'employer_name', 'employer_country', 'employer_id',
    'person_category', 'role', 'attended', 'hours',
] %}
with

parameters as (

    select * from {{ ref('stg_parameters') }}

),

investments as (

    select
        investments.row_id,
        investments.reported_by,
        investments.record_key,
        'sme_investments' as register,
        members.org_key,
        coalesce(organisations.org_type, 'business') as org_type,
        investments.investment_date as day,
        case
            when investments.is_withdrawn then 'WITHDRAWN'
            when {{ invalid('investments.errors', used_columns) }} is not null
                then {{ invalid('investments.errors', used_columns) }}
            when investments.kind = 'agreement' and not parameters.count_agreements
                then 'AGREEMENT_ONLY'
            when
                investments.kind <> 'agreement'
                and coalesce(investments.amount, 0) <= 0
                and coalesce(investments.staff_hours, 0) <= 0
                then 'NOTHING_INVESTED'
            when lower(investments.project_link) = 'none' then 'NO_PROJECT_LINK'
            when
                investments.amount > 0
                and investments.amount <= coalesce(investments.grant_received_eur, 0)
                and coalesce(investments.staff_hours, 0) = 0
                then 'GRANT_ONLY'
        end as reason
    from {{ ref('stg_sme_investments') }} as investments
    left join {{ ref('int_organisation_members') }} as members
        on investments.row_id = members.row_id and members.register = 'sme_investments'
    left join {{ ref('int_organisations') }} as organisations
        on members.org_key = organisations.org_key
    cross join parameters

),

-- Time of an SME's workers in training, when the consortium reads it as investment.
staff_time as (

    select
        attendance.row_id,
        attendance.reported_by,
        attendance.record_key,
        'attendance' as register,
        attendance.employer_key as org_key,
        attendance.employer_type as org_type,
        attendance.attended_on as day,
        case
            when attendance.is_withdrawn then 'WITHDRAWN'
            when {{ invalid('attendance.errors', attendance_columns) }} is not null
                then {{ invalid('attendance.errors', attendance_columns) }}
            when attendance.is_training_unknown then 'INVALID:E07'
            when {{ invalid('attendance.training_errors', ['training_id', 'status']) }} is not null
                then {{ invalid('attendance.training_errors', ['training_id', 'status']) }}
            when attendance.end_date_error is not null then attendance.end_date_error
            when attendance.training_status <> 'delivered' then 'NOT_DELIVERED'
            when
                attendance.role <> 'participant'
                or attendance.attended = 'no'
                or attendance.person_category not in ('worker', 'business_owner', 'self_employed')
                or coalesce(attendance.hours, 0) <= 0
                then 'NO_STAFF_TIME'
            when attendance.attended_on is null then 'NO_DATE'
        end as reason
    from {{ ref('int_attendance') }} as attendance
    cross join parameters
    where parameters.attendance_implies_investment

),

every_row as (

    select * from investments
    union all
    select * from staff_time

),

judged as (

    select
        every_row.*,
        policies.policy,
        coalesce(
            every_row.reason,
            case
                when every_row.org_type = 'unreadable' then 'INVALID:E05'
                when every_row.org_type <> 'business' then 'NOT_A_BUSINESS'
                when every_row.day not between project.first_day and project.last_day
                    then 'OUT_OF_PROJECT'
                when coalesce(status.status, 'unknown') = 'no' then 'NOT_SME'
                when
                    not {{ counts_as_sme("coalesce(status.status, 'unknown')", 'policies.policy') }}
                    then 'SME_STATUS_' || upper(coalesce(status.status, 'unknown'))
            end
        ) as final_reason
    from every_row
    cross join {{ policies() }} as policies
    cross join {{ ref('stg_project') }} as project
    left join {{ ref('int_sme_status') }} as status
        on
            every_row.org_key = status.org_key
            and every_row.day between status.first_day and status.last_day

),

candidates as (

    select
        policy,
        register,
        row_id,
        reported_by,
        record_key,
        org_key as unit,
        day as counting_date,
        final_reason as reason,
        false as is_pending,
        0 as preference
    from judged

),

fates as (

    {{ fates('4b.M1', 'candidates') }}

)

select
    kpi,
    policy,
    register,
    row_id,
    reported_by,
    record_key,
    unit,
    counting_date,
    preference,
    reason,
    is_pending,
    fate,
    duplicate_of,
    qualifies
from fates
