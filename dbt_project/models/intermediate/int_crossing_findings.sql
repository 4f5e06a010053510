-- Rules that only show when registers are seen together: one row per rule and row.
with

known_services as (

    select distinct service_id
    from {{ ref('stg_services') }}
    where not is_withdrawn and service_id is not null

),

unknown_trainings as (

    select
        'attendance' as register,
        row_id,
        'E07' as code,
        'training_id' as column_name
    from {{ ref('int_attendance') }}
    where not is_withdrawn and is_training_unknown and training_id is not null

),

unknown_services as (

    select
        'service_deliveries' as register,
        deliveries.row_id,
        'E07' as code,
        'service_id' as column_name
    from {{ ref('stg_service_deliveries') }} as deliveries
    anti join known_services on deliveries.service_id = known_services.service_id
    where not deliveries.is_withdrawn and deliveries.service_id is not null

),

unknown_references_of_trainings as (

    select
        'trainings' as register,
        trainings.row_id,
        'E07' as code,
        'cascade_of' as column_name
    from {{ ref('stg_trainings') }} as trainings
    anti join {{ ref('int_trainings') }} as courses on trainings.cascade_of = courses.training_id
    where not trainings.is_withdrawn and trainings.cascade_of is not null
    union all
    select
        'trainings' as register,
        trainings.row_id,
        'E07' as code,
        'service_id' as column_name
    from {{ ref('stg_trainings') }} as trainings
    anti join known_services on trainings.service_id = known_services.service_id
    where not trainings.is_withdrawn and trainings.service_id is not null

),

no_hours as (

    select
        'attendance' as register,
        row_id,
        'E10' as code,
        'hours' as column_name
    from {{ ref('int_attendance') }}
    where not is_withdrawn and has_only_zero_hours and attended in ('yes', 'partial')

),

shared_mailboxes as (

    select
        'attendance' as register,
        row_id,
        'W03' as code,
        'email' as column_name
    from {{ ref('int_attendance') }}
    where not is_withdrawn and is_shared_mailbox

),

more_hours_than_planned as (

    select
        'attendance' as register,
        attendance.row_id,
        'W04' as code,
        'hours' as column_name
    from {{ ref('int_attendance') }} as attendance
    inner join {{ ref('int_trainings') }} as trainings
        on attendance.training_id = trainings.training_id
    where
        not attendance.is_withdrawn
        and attendance.hours > trainings.planned_hours * 1.1

),

outside_training as (

    select
        'attendance' as register,
        attendance.row_id,
        'W05' as code,
        'session_date' as column_name
    from {{ ref('int_attendance') }} as attendance
    inner join {{ ref('int_trainings') }} as trainings
        on attendance.training_id = trainings.training_id
    where
        not attendance.is_withdrawn
        and attendance.session_date not between trainings.start_date and trainings.end_date

),

working_days as (

    select
        'exchanges' as register,
        exchanges.row_id,
        'W05' as code,
        'working_days' as column_name
    from {{ ref('stg_exchanges') }} as exchanges
    inner join {{ ref('int_exchanges') }} as judged on exchanges.row_id = judged.row_id
    where
        not exchanges.is_withdrawn
        and judged.statement_rank = 1
        and exchanges.working_days <> judged.calendar_days

),

used_visits as (

    select
        'exchanges' as register,
        row_id,
        'W19' as code,
        'vo_name' as column_name
    from {{ ref('int_exchanges') }}
    where reason = 'VISITOR_ONCE' and statement_rank = 1

),

disputed_plans as (

    select
        plan_id,
        version
    from {{ ref('stg_training_plans') }}
    where not is_withdrawn and plan_id is not null
    group by plan_id, version
    having
        count(distinct reported_by) > 1
        and count(distinct concat_ws('|', status, adoption_date)) > 1

),

disputed_pacts as (

    select pact_id
    from {{ ref('stg_pacts') }}
    where not is_withdrawn and pact_id is not null
    group by pact_id
    having
        count(distinct reported_by) > 1
        and (count(distinct status) > 1 or count(distinct reference_date) > 1)

),

disagreements as (

    select
        'exchanges' as register,
        row_id,
        'W21' as code,
        'exchange_id' as column_name
    from {{ ref('int_exchanges') }}
    where is_disputed
    union all
    select
        'trainings' as register,
        stg_trainings.row_id,
        'W21' as code,
        'training_id' as column_name
    from {{ ref('stg_trainings') }} as stg_trainings
    inner join {{ ref('int_trainings') }} as trainings
        on stg_trainings.training_id = trainings.training_id
    where trainings.is_disputed and not stg_trainings.is_withdrawn
    union all
    select
        'training_plans' as register,
        plans.row_id,
        'W21' as code,
        'plan_id' as column_name
    from {{ ref('stg_training_plans') }} as plans
    inner join disputed_plans
        on
            plans.plan_id = disputed_plans.plan_id
            and plans.version is not distinct from disputed_plans.version
    where not plans.is_withdrawn
    union all
    select
        'pacts' as register,
        pacts.row_id,
        'W21' as code,
        'pact_id' as column_name
    from {{ ref('stg_pacts') }} as pacts
    inner join disputed_pacts on pacts.pact_id = disputed_pacts.pact_id
    where not pacts.is_withdrawn

),

-- One identifier beside clearly different names, or two of one kind in one organisation (G4).
contested_organisations as (

    select org_key
    from {{ ref('int_organisations') }}
    where
        has_identifier
        and (
            (
                len(name_keys) > 1
                and list_min(
                    list_transform(
                        name_keys, lambda name: jaro_winkler_similarity(name, name_keys[1])
                    )
                ) < 0.75
            )
            or len(list_filter(identifiers, lambda identifier: identifier like 'vat:%')) > 1
            or len(list_filter(identifiers, lambda identifier: identifier like 'euid:%')) > 1
        )

),

contested as (

    select
        members.register,
        members.row_id,
        'W22' as code,
        cast(null as varchar) as column_name
    from {{ ref('int_organisation_members') }} as members
    inner join contested_organisations on members.org_key = contested_organisations.org_key
    where members.register = 'organisations'
    union all
    -- Rows that disagree about SME status at one date (reading 16).
    select distinct
        'organisations' as register,
        one.row_id,
        'W22' as code,
        'sme_declared' as column_name
    from {{ ref('int_sme_evidence') }} as one
    inner join {{ ref('int_sme_evidence') }} as other
        on
            one.org_key = other.org_key
            and one.valid_from <= other.valid_to
            and one.valid_to >= other.valid_from
            and (one.status = 'no') <> (other.status = 'no')
    where one.status <> 'unknown' and other.status <> 'unknown'

),

strong_names as (

    select distinct weak_key
    from {{ ref('int_organisation_mentions') }}
    where len(identifiers) > 0 and weak_key is not null

),

possible_duplicates as (

    select
        members.register,
        members.row_id,
        'W08' as code,
        cast(null as varchar) as column_name
    from {{ ref('int_organisation_members') }} as members
    inner join {{ ref('int_organisation_mentions') }} as mentions
        on
            members.register = mentions.register
            and members.row_id = mentions.row_id
            and members.role = mentions.role
    where
        not members.is_strong
        and members.register = 'organisations'
        and members.org_key = md5('name:' || mentions.weak_key)
        and mentions.weak_key in (select strong_names.weak_key from strong_names)

),

unknown_status as (

    select
        'organisations' as register,
        row_id,
        'W17' as code,
        'sme_declared' as column_name
    from {{ ref('int_sme_evidence') }}
    where status = 'unknown'

),

counted_rows as (

    select
        register,
        row_id
    from {{ ref('int_counted_units') }}
    where register <> 'pacts'

),

evidence as (

    {% for relation in [
        'int_attendance', 'stg_training_plans', 'stg_label_applications', 'stg_exchanges', 'stg_sme_investments',
        'stg_service_deliveries',
    ] -%}
        select
            row_id,
            evidence_ref
        from {{ ref(relation) }}
        {{ "union all" if not loop.last }}
    {% endfor %}

),

without_evidence as (

    select distinct
        counted_rows.register,
        counted_rows.row_id,
        'W18' as code,
        'evidence_ref' as column_name
    from counted_rows
    inner join evidence on counted_rows.row_id = evidence.row_id
    where evidence.evidence_ref is null

)

{% for rule in [
    'unknown_trainings', 'unknown_services', 'unknown_references_of_trainings', 'no_hours', 'shared_mailboxes',
    'more_hours_than_planned', 'outside_training', 'working_days', 'used_visits', 'disagreements',
    'contested', 'possible_duplicates', 'unknown_status', 'without_evidence',
] -%}
    select * from {{ rule }}
    {{ "union all" if not loop.last }}
{% endfor %}
