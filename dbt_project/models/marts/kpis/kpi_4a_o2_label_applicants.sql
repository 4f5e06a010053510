-- 4a.O2: clusters applying for an excellence management label or its upgrade.
{% set used_columns = [
    'application_id', 'cluster_org', 'cluster_org_country', 'cluster_org_id', 'application_type',
    'application_date', 'status',
] %}
with

applications as (

    select
        applications.*,
        members.org_key,
        organisations.org_type
    from {{ ref('stg_label_applications') }} as applications
    left join {{ ref('int_organisation_members') }} as members
        on applications.row_id = members.row_id and members.register = 'label_applications'
    left join {{ ref('int_organisations') }} as organisations
        on members.org_key = organisations.org_key

),

filtered as (

    select
        applications.*,
        case
            when applications.is_withdrawn then 'WITHDRAWN'
            when {{ invalid('applications.errors', used_columns) }} is not null
                then {{ invalid('applications.errors', used_columns) }}
            when applications.application_type = 'renewal' and not parameters.count_renewals
                then 'RENEWAL'
            when applications.status in ('planned', 'withdrawn_before_submission') then 'STATUS'
            when coalesce(applications.org_type, 'cluster_organisation') <> 'cluster_organisation'
                then 'NOT_A_CLUSTER'
            when applications.application_date not between project.first_day and project.last_day
                then 'OUT_OF_PROJECT'
        end as reason
    from applications
    cross join {{ ref('stg_parameters') }} as parameters
    cross join {{ ref('stg_project') }} as project

),

candidates as (

    select
        cast(null as varchar) as policy,
        'label_applications' as register,
        filtered.row_id,
        filtered.reported_by,
        filtered.record_key,
        org_key as unit,
        application_date as counting_date,
        reason,
        false as is_pending,
        0 as preference
    from filtered

),

fates as (

    {{ fates('4a.O2', 'candidates') }}

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
