-- 4b.O1: Pact for Skills texts with a clear reference and role to clusters.
{% set used_columns = [
    'pact_id', 'status', 'cluster_reference', 'cluster_role', 'role_clause', 'reference_date',
] %}
with

pacts as (

    select
        *,
        coalesce(pact_id, url, {{ folded('title') }}) as pact
    from {{ ref('stg_pacts') }}

),

filtered as (

    select
        pacts.*,
        case
            when pacts.is_withdrawn then 'WITHDRAWN'
            when {{ invalid('pacts.errors', used_columns) }} is not null
                then {{ invalid('pacts.errors', used_columns) }}
            when pacts.status not in ('signed', 'published') then 'STATUS'
            when not pacts.cluster_reference then 'NO_CLUSTER_REFERENCE'
            when pacts.cluster_role is null then 'NO_CLUSTER_ROLE'
            when pacts.reference_date is null then 'NO_DATE'
            when pacts.reference_date not between project.first_day and project.last_day
                then 'OUT_OF_PROJECT'
            when pacts.role_clause is null or pacts.evidence_ref is null then 'EVIDENCE'
        end as reason
    from pacts
    cross join {{ ref('stg_project') }} as project

),

candidates as (

    select
        cast(null as varchar) as policy,
        'pacts' as register,
        filtered.row_id,
        filtered.reported_by,
        filtered.record_key,
        pact as unit,
        reference_date as counting_date,
        reason as reason,
        coalesce(reason = 'EVIDENCE', false) as is_pending,
        0 as preference
    from filtered

),

fates as (

    {{ fates('4b.O1', 'candidates') }}

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
