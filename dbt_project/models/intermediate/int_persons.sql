-- Which person each mention means (G5), and what is known of the employer.
with

mentions as (

    select
        people.person_mention,
        any_value(members.org_key) as employer_key,
        any_value(people.name_key) as name_key,
        any_value(people.email_key) as email_key,
        bool_or(people.is_group) as is_group,
        bool_and(people.is_withdrawn) as is_withdrawn
    from {{ ref('int_attendance_people') }} as people
    left join {{ ref('int_organisation_members') }} as members
        on
            cast(people.employer_mention as varchar) = members.row_id
            and members.register = 'attendance'
    group by people.person_mention

),

-- An address used with two names is a shared mailbox, whatever it is called (G5).
shared_mailboxes as (

    select email_key
    from mentions
    where email_key is not null and name_key is not null and not is_withdrawn
    group by email_key
    having min(name_key) <> max(name_key)

),

identified as (

    select
        mentions.*,
        case when shared_mailboxes.email_key is null then mentions.email_key end as own_email,
        shared_mailboxes.email_key is not null as is_shared_mailbox
    from mentions
    left join shared_mailboxes on mentions.email_key = shared_mailboxes.email_key

),

-- A name without an address joins the one person of that name at that employer.
known_persons as (

    select
        employer_key,
        name_key,
        min(own_email) as own_email,
        min(own_email) <> max(own_email) as is_ambiguous
    from identified
    where own_email is not null and name_key is not null and not is_withdrawn and not is_group
    group by employer_key, name_key

),

persons_by_rule as (

    select
        identified.person_mention,
        identified.is_withdrawn,
        identified.employer_key,
        identified.name_key,
        case
            when identified.is_group then null
            when identified.own_email is not null then 'email:' || identified.own_email
            when not known_persons.is_ambiguous then 'email:' || known_persons.own_email
            when identified.name_key is not null
                then 'name:' || md5(concat_ws('|', identified.employer_key, identified.name_key))
        end as person,
        coalesce(known_persons.is_ambiguous, false) and identified.own_email is null as is_homonym,
        identified.is_shared_mailbox,
        organisations.org_type as employer_type,
        coalesce(organisations.is_consortium_partner, false) as is_partner_staff,
        organisations.is_registered as is_employer_registered
    from identified
    left join {{ ref('int_organisations') }} as organisations
        on identified.employer_key = organisations.org_key
    left join known_persons
        on
            identified.employer_key = known_persons.employer_key
            and identified.name_key = known_persons.name_key

)

-- Units that are decided to be one person go by one of them.
select ruled.* replace (coalesce(decided.decided_person, ruled.person) as person)
from persons_by_rule as ruled
left join {{ ref('int_decided_persons') }} as decided on ruled.person = decided.person
