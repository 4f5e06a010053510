-- 4b.O2: businesses that directly benefitted from joint skills-related services.
{% set delivery_columns = [
    'delivery_id', 'service_id', 'recipient', 'recipient_country', 'recipient_id', 'delivered_on',
    'status', 'directness',
] %}
{% set attendance_columns = [
    'record_id', 'training_id', 'session_date', 'employer_name', 'employer_country', 'employer_id',
    'person_category', 'role', 'attended',
] %}
{% set service_columns = ['service_id', 'category', 'providers'] %}
{% set training_columns = ['training_id', 'objective', 'status', 'lead_partner', 'co_partners'] %}
with

services as (

    select
        service_key,
        unnest(service_ids) as service_id,
        category,
        is_joint,
        errors
    from {{ ref('int_services') }}

),

deliveries as (

    select
        deliveries.row_id,
        deliveries.reported_by,
        deliveries.record_key,
        'service_deliveries' as register,
        members.org_key,
        coalesce(organisations.org_type, 'business') as org_type,
        coalesce(organisations.is_consortium_partner, false) as is_consortium_partner,
        deliveries.delivered_on as day,
        case
            when deliveries.is_withdrawn then 'WITHDRAWN'
            when {{ invalid('deliveries.errors', delivery_columns) }} is not null
                then {{ invalid('deliveries.errors', delivery_columns) }}
            when services.service_key is null then 'INVALID:E07'
            when {{ invalid('services.errors', service_columns) }} is not null
                then {{ invalid('services.errors', service_columns) }}
            when deliveries.status <> 'delivered' then 'NOT_DELIVERED'
            when deliveries.directness <> 'direct' then 'INDIRECT'
            when not services.is_joint then 'NOT_JOINT'
            when services.category = 'information' then 'INFORMATION_ONLY'
        end as reason
    from {{ ref('stg_service_deliveries') }} as deliveries
    left join services on deliveries.service_id = services.service_id
    left join {{ ref('int_organisation_members') }} as members
        on deliveries.row_id = members.row_id and members.register = 'service_deliveries'
    left join {{ ref('int_organisations') }} as organisations
        on members.org_key = organisations.org_key

),

trained as (

    select
        row_id,
        reported_by,
        record_key,
        'attendance' as register,
        employer_key as org_key,
        employer_type as org_type,
        is_partner_staff as is_consortium_partner,
        attended_on as day,
        case
            when is_withdrawn then 'WITHDRAWN'
            when {{ invalid('errors', attendance_columns) }} is not null
                then {{ invalid('errors', attendance_columns) }}
            when is_training_unknown then 'INVALID:E07'
            when {{ invalid('training_errors', training_columns) }} is not null
                then {{ invalid('training_errors', training_columns) }}
            when end_date_error is not null then end_date_error
            when objective not in ('4b', 'both') then 'OTHER_OBJECTIVE'
            when training_status <> 'delivered' then 'NOT_DELIVERED'
            when not is_joint then 'NOT_JOINT'
            when role <> 'participant' then 'ROLE'
            when person_category not in ('worker', 'self_employed', 'business_owner')
                then 'PERSON_CATEGORY'
            when attended = 'no' then 'NO_SHOW'
            when has_only_zero_hours then 'INVALID:E10'
            when attended_on is null then 'NO_DATE'
            when is_decided_by_sessions then 'SESSIONS_DECIDE'
            when is_empty_session then 'NO_HOURS'
        end as reason
    from {{ ref('int_attendance') }}

),

every_row as (

    select * from deliveries
    union all
    select * from trained

),

benefits as (

    select
        every_row.*,
        coalesce(
            every_row.reason,
            case
                when every_row.is_consortium_partner then 'CONSORTIUM_PARTNER'
                when every_row.org_type = 'unreadable' then 'INVALID:E05'
                when every_row.org_type <> 'business' then 'NOT_A_BUSINESS'
                when every_row.day not between project.first_day and project.last_day
                    then 'OUT_OF_PROJECT'
            end,
            case
                when
                    parameters.o2_headline = 'smes'
                    and not {{ counts_as_sme(
                        "coalesce(status.status, 'unknown')", 'project.sme_policy'
                    ) }}
                    then 'NOT_SME'
            end
        ) as final_reason
    from every_row
    cross join {{ ref('stg_project') }} as project
    cross join {{ ref('stg_parameters') }} as parameters
    left join {{ ref('int_sme_status') }} as status
        on every_row.org_key = status.org_key and every_row.day = status.day

),

candidates as (

    select
        cast(null as varchar) as policy,
        register,
        row_id,
        reported_by,
        record_key,
        org_key as unit,
        day as counting_date,
        final_reason as reason,
        false as is_pending,
        0 as preference
    from benefits

),

fates as (

    {{ fates('4b.O2', 'candidates') }}

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
