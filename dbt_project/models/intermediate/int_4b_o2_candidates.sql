{{ config(materialized='view') }}
-- What 4b.O2 says of each delivered service, and of each attendance row for its employer.
{% set delivery_columns = [
    'delivery_id', 'service_id', 'recipient', 'recipient_country', 'recipient_id', 'delivered_on',
    'status', 'directness',
] %}
{% set service_columns = ['service_id', 'category', 'providers'] %}
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
        cast(reason_4b_o2 as varchar) as reason
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
        on
            every_row.org_key = status.org_key
            and every_row.day between status.first_day and status.last_day

)

select
    '4b.O2' as kpi,
    cast(null as varchar) as policy,
    register,
    row_id,
    reported_by,
    record_key,
    org_key as unit,
    day as counting_date,
    0 as preference,
    coalesce(final_reason, case when org_key is null then 'NOT_IDENTIFIED' end) as reason,
    false as is_pending
from benefits
