-- 4b.O1: Pact for Skills texts with a clear reference and role to clusters.
{% set used_columns = [
    'pact_id', 'status', 'cluster_reference', 'cluster_role', 'role_clause', 'reference_date',
] %}
{% set tolerated = ['pact_id:E01'] %}
with

-- Where partners disagree about a pact, the row that a decision names states the facts (W21).
stated as (

    select
        pacts.pact_id,
        pacts.status,
        pacts.reference_date
    from {{ ref('stg_pacts') }} as pacts
    inner join {{ ref('int_decided_rows') }} as decided
        on
            decided.kind = 'conflict'
            and decided.register = 'pacts'
            and pacts.reported_by = decided.reported_by
            and pacts.record_key = decided.record_key
    where not pacts.is_withdrawn and pacts.pact_id is not null
    qualify
        row_number() over (
            partition by pacts.pact_id
            order by decided.decision_id desc, pacts.row_id asc
        ) = 1

),

agreed as (

    select
        pacts.* replace (
            case when stated.pact_id is null then pacts.status else stated.status end as status,
            case
                when stated.pact_id is null then pacts.reference_date
                else stated.reference_date
            end as reference_date
        )
    from {{ ref('stg_pacts') }} as pacts
    left join stated on pacts.pact_id = stated.pact_id

),

named as (

    select
        *,
        'url:' || regexp_replace(lower(url), '^https?://(www\.)?|/+$', '', 'g') as url_key,
        'title:' || {{ folded('title') }} as title_key
    from agreed

),

-- A pact without a code is the one at its address, else the one with its title, else its own.
known_pacts as (

    select
        unnest(list_filter([url_key, title_key], lambda key: key is not null)) as pact_key,
        pact_id
    from named
    where not is_withdrawn and pact_id is not null

),

first_codes as (

    select
        pact_key,
        min(pact_id) as pact_id
    from known_pacts
    group by pact_key

),

pacts as (

    select
        named.*,
        coalesce(
            named.pact_id, by_url.pact_id, by_title.pact_id, named.url_key, named.title_key
        ) as pact
    from named
    left join first_codes as by_url on named.url_key = by_url.pact_key
    left join first_codes as by_title on named.title_key = by_title.pact_key

),

filtered as (

    select
        pacts.*,
        case
            when pacts.is_withdrawn then 'WITHDRAWN'
            when {{ invalid('pacts.errors', used_columns, tolerated) }} is not null
                then {{ invalid('pacts.errors', used_columns, tolerated) }}
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
        filtered.pact as unit,
        filtered.reference_date as counting_date,
        filtered.reason,
        coalesce(filtered.reason = 'EVIDENCE', false) as is_pending,
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
