-- One row per attendance row in force or withdrawn: with its training, employer and person.
with

rows_of_interest as (

    select
        attendance.* replace (
            case
                when {{ invalid('attendance.errors', ['hours']) }} is null then attendance.hours
            end as hours
        ),
        members.org_key as employer_key,
        coalesce(attendance.headcount, 1) > 1 as is_group
    from {{ ref('stg_attendance') }} as attendance
    left join {{ ref('int_organisation_members') }} as members
        on
            attendance.row_id = members.row_id
            and members.register = 'attendance'
            and members.role = 'employer'

),

-- An address used with two names is a shared mailbox, whatever it is called (G5).
shared_mailboxes as (

    select email_key
    from rows_of_interest
    where email_key is not null and name_key is not null and not is_withdrawn
    group by email_key
    having count(distinct name_key) > 1

),

identified as (

    select
        rows_of_interest.*,
        case
            when shared_mailboxes.email_key is null then rows_of_interest.email_key
        end as own_email,
        shared_mailboxes.email_key is not null as is_shared_mailbox
    from rows_of_interest
    left join shared_mailboxes on rows_of_interest.email_key = shared_mailboxes.email_key

),

-- A name without an address joins the one person of that name at that employer.
known_persons as (

    select
        employer_key,
        name_key,
        min(own_email) as own_email,
        count(distinct own_email) as person_count
    from identified
    where own_email is not null and name_key is not null and not is_withdrawn and not is_group
    group by employer_key, name_key

),

persons_by_rule as (

    select
        identified.*,
        case
            when identified.is_group then null
            when identified.own_email is not null then 'email:' || identified.own_email
            when known_persons.person_count = 1 then 'email:' || known_persons.own_email
            when identified.name_key is not null
                then 'name:' || md5(concat_ws('|', identified.employer_key, identified.name_key))
        end as person,
        coalesce(known_persons.person_count, 0) > 1 and identified.own_email is null as is_homonym
    from identified
    left join known_persons
        on
            identified.employer_key = known_persons.employer_key
            and identified.name_key = known_persons.name_key

),

-- What stewards have decided: rows of a split are a person of their own, units that are one go by
-- one of them.
persons as (

    select
        ruled.* replace (
            coalesce(
                decided.decided_person,
                case when splits.decision_id is null then ruled.person end,
                'split:' || md5(splits.subject)
            ) as person
        )
    from persons_by_rule as ruled
    left join {{ ref('int_decided_rows') }} as splits
        on
            splits.kind = 'split'
            and splits.answer = 'split'
            and splits.register = 'attendance'
            and ruled.reported_by = splits.reported_by
            and ruled.record_key = splits.record_key
            and ruled.person is not null
    left join {{ ref('int_decided_persons') }} as decided
        on
            decided.person = case
                when splits.decision_id is null then ruled.person
                else 'split:' || md5(splits.subject)
            end

),

-- Per person, training and reporting partner: do sessions decide (reading 20), were all hours
-- zero (E10, reading 18). Partners are kept apart, so that none can undo what another reports.
courses as (

    select
        reported_by,
        training_id,
        person,
        bool_or(session_date is not null) as has_sessions,
        bool_or(hours > 0 and session_date is not null) as has_session_hours,
        coalesce(
            bool_and(coalesce(hours = 0, false)) filter (where session_date is not null),
            bool_and(coalesce(hours = 0, false))
        )
        and bool_and(coalesce(not completed, false)) as has_only_zero_hours
    from persons
    where not is_withdrawn and attended in ('yes', 'partial') and person is not null
    group by reported_by, training_id, person

)

select
    persons.row_id,
    persons.reported_by,
    persons.record_key,
    persons.is_withdrawn,
    persons.errors,
    persons.training_id,
    persons.session_date,
    persons.hours,
    persons.person_category,
    persons.role,
    persons.attended,
    persons.gender,
    persons.evidence_ref,
    persons.is_group,
    coalesce(persons.headcount, 1) as headcount,
    persons.name_key,
    persons.person,
    persons.is_homonym,
    persons.is_shared_mailbox,
    persons.employer_key,
    persons.employer_country,
    coalesce(
        organisations.org_type,
        case
            when persons.person_category in ('cluster_manager', 'cluster_staff')
                then 'cluster_organisation'
            when persons.person_category in ('worker', 'self_employed', 'business_owner')
                then 'business'
            else 'other'
        end
    ) as employer_type,
    coalesce(organisations.is_consortium_partner, false) as is_partner_staff,
    organisations.is_registered as is_employer_registered,
    coalesce(persons.session_date, trainings.end_date) as attended_on,
    -- Without a session date the training's last day counts, and an error there counts too.
    case
        when persons.session_date is null then {{ invalid('trainings.errors', ['end_date']) }}
    end as end_date_error,
    trainings.training_id is null as is_training_unknown,
    trainings.row_id as training_row_id,
    trainings.objective,
    trainings.status as training_status,
    trainings.audience,
    trainings.topic_flags,
    trainings.is_joint,
    trainings.is_joint_cascade,
    trainings.cascade_of,
    trainings.errors as training_errors,
    persons.session_date is null
    and coalesce(courses.has_sessions, false)
    and persons.person is not null as is_decided_by_sessions,
    coalesce(
        courses.has_only_zero_hours,
        persons.is_group and persons.hours = 0 and not persons.completed,
        false
    ) as has_only_zero_hours,
    coalesce(
        persons.session_date is not null and persons.hours = 0 and courses.has_session_hours, false
    ) as is_empty_session
from persons
left join {{ ref('int_trainings') }} as trainings on persons.training_id = trainings.training_id
left join {{ ref('int_organisations') }} as organisations
    on persons.employer_key = organisations.org_key
left join courses
    on
        persons.reported_by = courses.reported_by
        and persons.training_id = courses.training_id
        and persons.person = courses.person
