-- What each row adds to an action of the call (kpis.md 2.6): a unit, its weight and its stage.
{% set attendance_columns = ['training_id', 'session_date', 'attended', 'role', 'person_name'] %}
{% set training_columns = ['training_id', 'objective', 'status', 'audience', 'topic_flags'] %}
{% set delivery_columns = ['delivery_id', 'service_id', 'delivered_on', 'status'] %}
{% set activity_columns = [
    'activity_id', 'action_code', 'partners', 'start_date', 'status', 'quantity',
] %}
{% set pact_columns = ['pact_id', 'status', 'involvement', 'reporting_partner'] %}
{% set cooperation_columns = ['cooperation_id', 'partner', 'institution', 'status'] %}
with

attendance as (

    select *
    from {{ ref('int_attendance') }}
    where
        not is_withdrawn
        and not is_training_unknown
        and end_date_error is null
        and {{ invalid('errors', attendance_columns) }} is null

),

present as (

    select *
    from attendance
    where
        role = 'participant'
        and attended in ('yes', 'partial')
        and training_status = 'delivered'
        and not has_only_zero_hours
        and attended_on is not null

),

trainings as (

    select *
    from {{ ref('int_trainings') }}
    where {{ invalid('errors', training_columns) }} is null

),

-- Trainings of each action, whoever came.
trainings_of_actions as (

    select
        '4a.A1' as action,
        *
    from trainings
    where objective in ('4a', 'both') and list_contains(audience, 'cluster_managers')
    union all
    select
        '4a.A3' as action,
        *
    from trainings
    where list_has_any(topic_flags, ['contingency_planning', 'network_analysis'])
    union all
    select
        '4b.A4' as action,
        *
    from trainings
    where
        list_contains(audience, 'trainers')
        and list_has_any(
            topic_flags, ['technology_uptake', 'digitalisation', 'sustainable_business']
        )
    union all
    select
        '4b.A5' as action,
        *
    from trainings
    where
        objective in ('4b', 'both')
        and (
            list_has_any(topic_flags, ['digitalisation', 'digital_skills'])
            or regexp_matches(topic, '(?i)^(digcomp\s*)?[1-5]\.[1-6]\b')
        )

),

services as (

    select
        *,
        unnest(service_ids) as service_id
    from {{ ref('int_services') }}

),

deliveries as (

    select
        deliveries.*,
        services.service_key,
        services.category,
        services.objective,
        services.action_codes,
        services.target_group,
        services.is_joint,
        members.org_key,
        {{ counts_as_sme("coalesce(status.status, 'unknown')", 'project.sme_policy') }} as is_sme
    from {{ ref('stg_service_deliveries') }} as deliveries
    inner join services on deliveries.service_id = services.service_id
    left join {{ ref('int_organisation_members') }} as members
        on deliveries.row_id = members.row_id and members.register = 'service_deliveries'
    left join {{ ref('int_sme_status') }} as status
        on
            members.org_key = status.org_key
            and deliveries.delivered_on between status.first_day and status.last_day
    cross join {{ ref('stg_project') }} as project
    where
        not deliveries.is_withdrawn
        and deliveries.status = 'delivered'
        and {{ invalid('deliveries.errors', delivery_columns) }} is null

),

-- Services of each action that has one.
services_of_actions as (

    select
        '4a.A2' as action,
        *
    from {{ ref('int_services') }}
    where
        target_group = 'cluster_members'
        and (objective = '4a' or list_contains(action_codes, '4a.A2'))
    union all
    select
        '4b.A1' as action,
        *
    from {{ ref('int_services') }}
    where target_group = 'smes' and objective = '4b' and is_joint

),

activities as (

    select *
    from {{ ref('stg_activities') }}
    where
        not is_withdrawn
        and {{ invalid('errors', activity_columns) }} is null

),

pacts as (

    select *
    from {{ ref('stg_pacts') }}
    where
        not is_withdrawn
        and status in ('signed', 'published')
        and involvement in ('lead', 'co_drafter', 'member')
        and {{ invalid('errors', pact_columns) }} is null

),

cooperations as (

    select
        cooperations.*,
        coalesce(members.org_key, cooperations.institution_key) as institution_org
    from {{ ref('stg_cooperations') }} as cooperations
    left join {{ ref('int_organisation_members') }} as members
        on cooperations.row_id = members.row_id and members.register = 'cooperations'
    where
        not cooperations.is_withdrawn
        and {{ invalid('cooperations.errors', cooperation_columns) }} is null

),

counted as (

    select
        '4a.A1' as action,
        '4a.A1' as measure,
        present.person as unit,
        1.0 as weight,
        present.attended_on as day,
        present.reported_by as partner,
        present.evidence_ref,
        'done' as stage
    from present
    where
        present.objective in ('4a', 'both')
        and present.person_category = 'cluster_manager'
        and present.person is not null
    union all
    select
        '4a.A3' as action,
        '4a.A3' as measure,
        trainings_of_actions.training_id as unit,
        1.0 as weight,
        present.attended_on as day,
        present.reported_by as partner,
        coalesce(present.evidence_ref, trainings_of_actions.evidence_ref) as evidence_ref,
        'done' as stage
    from present
    inner join trainings_of_actions on present.training_id = trainings_of_actions.training_id
    where trainings_of_actions.action = '4a.A3' and present.person_category = 'cluster_manager'
    union all
    select
        '4b.A4' as action,
        unnest(['4b.A4', '4b.A4.trainers']) as measure,
        present.person as unit,
        1.0 as weight,
        present.attended_on as day,
        present.reported_by as partner,
        present.evidence_ref,
        'done' as stage
    from present
    inner join trainings_of_actions on present.training_id = trainings_of_actions.training_id
    where trainings_of_actions.action = '4b.A4' and present.person is not null
    union all
    select
        '4b.A4' as action,
        '4b.A4.cascades' as measure,
        cascades.training_id as unit,
        1.0 as weight,
        cascades.end_date as day,
        cascades.lead_partner as partner,
        cascades.evidence_ref,
        'ongoing' as stage
    from trainings as cascades
    inner join trainings_of_actions
        on
            cascades.cascade_of = trainings_of_actions.training_id
            and trainings_of_actions.action = '4b.A4'
    where cascades.status = 'delivered'
    union all
    select
        '4b.A4' as action,
        '4b.A4.people_reached' as measure,
        present.person as unit,
        1.0 as weight,
        present.attended_on as day,
        present.reported_by as partner,
        present.evidence_ref,
        'ongoing' as stage
    from present
    inner join trainings_of_actions
        on
            present.cascade_of = trainings_of_actions.training_id
            and trainings_of_actions.action = '4b.A4'
    where present.person is not null
    union all
    select
        '4b.A5' as action,
        '4b.A5' as measure,
        trainings_of_actions.training_id as unit,
        1.0 as weight,
        trainings_of_actions.end_date as day,
        trainings_of_actions.lead_partner as partner,
        trainings_of_actions.evidence_ref,
        'done' as stage
    from trainings_of_actions
    where trainings_of_actions.action = '4b.A5' and trainings_of_actions.status = 'delivered'
    union all
    select
        '4b.A5' as action,
        '4b.A5.organisations' as measure,
        present.employer_key as unit,
        1.0 as weight,
        present.attended_on as day,
        present.reported_by as partner,
        present.evidence_ref,
        'ongoing' as stage
    from present
    inner join trainings_of_actions on present.training_id = trainings_of_actions.training_id
    where
        trainings_of_actions.action = '4b.A5'
        and present.employer_type <> 'cluster_organisation'
        and present.employer_key is not null
    union all
    select
        '4a.A2' as action,
        '4a.A2' as measure,
        services_of_actions.service_key as unit,
        1.0 as weight,
        services_of_actions.first_offered_date as day,
        unnest(services_of_actions.providers) as partner,
        null as evidence_ref,
        'ongoing' as stage
    from services_of_actions
    where
        services_of_actions.action = '4a.A2' and services_of_actions.first_offered_date is not null
    union all
    select
        '4a.A2' as action,
        '4a.A2.deliveries' as measure,
        deliveries.reported_by || '|' || deliveries.record_key as unit,
        1.0 as weight,
        deliveries.delivered_on as day,
        deliveries.partner,
        deliveries.evidence_ref,
        'done' as stage
    from deliveries
    where
        deliveries.target_group = 'cluster_members'
        and (deliveries.objective = '4a' or list_contains(deliveries.action_codes, '4a.A2'))
    union all
    select
        '4b.A1' as action,
        '4b.A1' as measure,
        deliveries.service_key as unit,
        1.0 as weight,
        deliveries.delivered_on as day,
        deliveries.partner,
        deliveries.evidence_ref,
        'done' as stage
    from deliveries
    inner join services_of_actions
        on
            deliveries.service_key = services_of_actions.service_key
            and services_of_actions.action = '4b.A1'
    where
        deliveries.directness = 'direct'
        and deliveries.is_sme
        and services_of_actions.first_offered_date is not null
    union all
    select
        '4a.A4' as action,
        '4a.A4' as measure,
        pacts.reporting_partner as unit,
        1.0 as weight,
        coalesce(pacts.reference_date, pacts.signature_date) as day,
        pacts.reporting_partner as partner,
        pacts.evidence_ref,
        'done' as stage
    from pacts
    union all
    select
        '4a.A4' as action,
        '4a.A4' as measure,
        unnest(activities.partners) as unit,
        1.0 as weight,
        coalesce(activities.end_date, activities.start_date) as day,
        unnest(activities.partners) as partner,
        activities.evidence_ref,
        'done' as stage
    from activities
    where activities.action_code = '4a.A4' and activities.status = 'done'
    union all
    select
        '4a.A5' as action,
        '4a.A5' as measure,
        'activity:' || activities.activity_id as unit,
        activities.quantity as weight,
        coalesce(activities.end_date, activities.start_date) as day,
        unnest(activities.partners) as partner,
        activities.evidence_ref,
        'done' as stage
    from activities
    where activities.output_type = 'talent_match' and activities.status = 'done'
    union all
    select
        '4a.A5' as action,
        '4a.A5' as measure,
        'delivery:' || deliveries.reported_by || '|' || deliveries.record_key as unit,
        1.0 as weight,
        deliveries.delivered_on as day,
        deliveries.partner,
        deliveries.evidence_ref,
        'done' as stage
    from deliveries
    where deliveries.category = 'talent_matching'
    union all
    select
        '4b.A2' as action,
        '4b.A2' as measure,
        cooperations.partner || '|' || cooperations.institution_org as unit,
        1.0 as weight,
        cooperations.signed_date as day,
        cooperations.partner,
        cooperations.evidence_ref,
        'done' as stage
    from cooperations
    where cooperations.status = 'signed'
    union all
    select
        '4b.A2' as action,
        '4b.A2' as measure,
        'activity:' || activities.activity_id as unit,
        1.0 as weight,
        coalesce(activities.end_date, activities.start_date) as day,
        unnest(activities.partners) as partner,
        activities.evidence_ref,
        'done' as stage
    from activities
    where
        activities.action_code = '4b.A2'
        and activities.output_type = 'strategy'
        and activities.status = 'done'
    union all
    select
        '4b.A3' as action,
        '4b.A3' as measure,
        activities.activity_id as unit,
        1.0 as weight,
        coalesce(activities.end_date, activities.start_date) as day,
        unnest(activities.partners) as partner,
        activities.evidence_ref,
        'done' as stage
    from activities
    where
        activities.action_code = '4b.A3'
        and activities.status = 'done'
        and len(list_distinct(activities.partners)) >= 2

),

-- Rows that show that something is planned or under way, without counting.
signs_of_work as (

    select
        action,
        cast(null as varchar) as measure,
        training_id as unit,
        0.0 as weight,
        start_date as day,
        lead_partner as partner,
        evidence_ref,
        case when status = 'planned' then 'planned' else 'ongoing' end as stage
    from trainings_of_actions
    where status <> 'cancelled'
    union all
    select
        action,
        cast(null as varchar) as measure,
        service_key as unit,
        0.0 as weight,
        first_offered_date as day,
        unnest(providers) as partner,
        cast(null as varchar) as evidence_ref,
        case when first_offered_date is null then 'planned' else 'ongoing' end as stage
    from services_of_actions
    union all
    select
        action_code as action,
        cast(null as varchar) as measure,
        activity_id as unit,
        0.0 as weight,
        start_date as day,
        unnest(partners) as partner,
        evidence_ref,
        case when status = 'planned' then 'planned' else 'ongoing' end as stage
    from activities
    where status <> 'cancelled'
    union all
    select
        '4b.A2' as action,
        cast(null as varchar) as measure,
        cooperation_id as unit,
        0.0 as weight,
        signed_date as day,
        partner,
        evidence_ref,
        'ongoing' as stage
    from cooperations

),

every_row as (

    select * from counted
    union all
    select * from signs_of_work

)

-- What lies outside the project is nothing to it (G2); what has no day is a sign of work only.
select
    every_row.action,
    case when every_row.day is not null then every_row.measure end as measure,
    every_row.unit,
    every_row.weight,
    every_row.day,
    every_row.partner,
    every_row.evidence_ref,
    every_row.stage
from every_row
cross join {{ ref('stg_project') }} as project
where coalesce(every_row.day between project.first_day and project.last_day, true)
