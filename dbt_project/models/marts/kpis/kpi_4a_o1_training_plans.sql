-- 4a.O1: training plans supported for clusters and their managers and staff.
{% set used_columns = [
    'plan_id', 'beneficiary_orgs', 'supporting_partner', 'status', 'adoption_date',
] %}
{% set tolerated = ['plan_id:E01'] %}
with

-- Where partners disagree about a version, the row that a decision names states the facts (W21).
stated as (

    select
        plans.plan_id,
        plans.version,
        plans.status,
        plans.adoption_date
    from {{ ref('stg_training_plans') }} as plans
    inner join {{ ref('int_decided_rows') }} as decided
        on
            decided.kind = 'conflict'
            and decided.register = 'training_plans'
            and plans.reported_by = decided.reported_by
            and plans.record_key = decided.record_key
    where not plans.is_withdrawn and plans.plan_id is not null
    qualify
        row_number() over (
            partition by plans.plan_id, plans.version
            order by decided.decision_id desc, plans.row_id asc
        ) = 1

),

titled as (

    select
        plans.* replace (
            case when stated.plan_id is null then plans.status else stated.status end as status,
            case
                when stated.plan_id is null then plans.adoption_date
                else stated.adoption_date
            end as adoption_date
        ),
        'title:' || leads.org_key || '|' || {{ folded('plans.title') }} as title_key
    from {{ ref('stg_training_plans') }} as plans
    left join stated
        on
            plans.plan_id = stated.plan_id
            and plans.version is not distinct from stated.version
    left join {{ ref('int_organisation_members') }} as leads
        on
            plans.row_id = leads.row_id
            and leads.register = 'training_plans'
            and leads.role = 'beneficiary:1'

),

known_titles as (

    select
        title_key,
        min(plan_id) as plan_id
    from titled
    where title_key is not null and plan_id is not null
    group by title_key

),

-- A plan without a code is the one with its lead beneficiary and title, else one of its own.
plans as (

    select
        titled.*,
        coalesce(titled.plan_id, known_titles.plan_id, titled.title_key) as plan
    from titled
    left join known_titles on titled.title_key = known_titles.title_key

),

project as (

    select * from {{ ref('stg_project') }}

),

-- A plan is adopted once, with its first version, whatever later versions do (reading 4).
first_adoption as (

    select
        plan,
        min(adoption_date) as adopted_on,
        max(adoption_date) filter (where status = 'abandoned') as abandoned_version,
        max(adoption_date) filter (where status <> 'abandoned') as newest_kept_version
    from plans
    where
        not is_withdrawn
        and status in ('adopted', 'implemented', 'abandoned')
        and {{ invalid('errors', used_columns, tolerated) }} is null
    group by plan

),

-- The column is for cluster organisations: one that no register describes is taken as such.
beneficiary_clusters as (

    select distinct members.row_id
    from {{ ref('int_organisation_members') }} as members
    inner join {{ ref('int_organisations') }} as organisations
        on members.org_key = organisations.org_key
    where
        members.register = 'training_plans'
        and coalesce(organisations.org_type, 'cluster_organisation') = 'cluster_organisation'

),

filtered as (

    select
        plans.*,
        first_adoption.adopted_on,
        case
            when plans.is_withdrawn then 'WITHDRAWN'
            when {{ invalid('plans.errors', used_columns, tolerated) }} is not null
                then {{ invalid('plans.errors', used_columns, tolerated) }}
            when plans.status = 'draft' then 'STATUS'
            when
                plans.status = 'abandoned'
                or first_adoption.abandoned_version
                >= coalesce(first_adoption.newest_kept_version, first_adoption.abandoned_version)
                then 'ABANDONED'
            when first_adoption.adopted_on not between project.first_day and project.last_day
                then 'OUT_OF_PROJECT'
            when plans.adoption_date not between project.first_day and project.last_day
                then 'OUT_OF_PROJECT'
            when beneficiary_clusters.row_id is null then 'NOT_FOR_A_CLUSTER'
        end as reason
    from plans
    left join first_adoption on plans.plan = first_adoption.plan
    left join beneficiary_clusters on plans.row_id = beneficiary_clusters.row_id
    cross join project

),

candidates as (

    select
        cast(null as varchar) as policy,
        'training_plans' as register,
        filtered.row_id,
        filtered.reported_by,
        filtered.record_key,
        filtered.plan as unit,
        filtered.adoption_date as counting_date,
        filtered.reason,
        false as is_pending,
        0 as preference
    from filtered

),

fates as (

    {{ fates('4a.O1', 'candidates') }}

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
