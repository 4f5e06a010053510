-- Which organisation each mention means (G4). A weak mention (country and name only) joins a
-- strong organisation only when exactly one has that country and name, or a decision says so; else
-- it is its own.
with

mentions as (

    select * from {{ ref('int_organisation_mentions') }}

),

identifiers as (

    select * from {{ ref('int_organisation_identifiers') }}

),

strong as (

    select
        mentions.register,
        mentions.row_id,
        mentions.role,
        mentions.name_key,
        mentions.country,
        mentions.weak_key,
        identifiers.org_key
    from mentions
    inner join identifiers on mentions.identifiers[1] = identifiers.identifier

),

-- Decisions between a name and an identifier: the one is not the other.
denied as (

    select distinct
        substr(decided.one, 6) as weak_key,
        identifiers.org_key
    from {{ ref('int_decided_organisations') }} as decided
    inner join identifiers on decided.other = identifiers.identifier
    where decided.answer = 'different' and decided.one like 'name:%'

),

strong_by_name as (

    select
        strong.weak_key,
        min(strong.org_key) as org_key
    from strong
    anti join denied
        on strong.weak_key = denied.weak_key and strong.org_key = denied.org_key
    where strong.weak_key is not null
    group by strong.weak_key
    having count(distinct strong.org_key) = 1

),

-- Names that are decided to be one with an identifier or with other names.
decided as (

    select
        substr(names.identifier, 6) as weak_key,
        names.org_key,
        bool_or(others.identifier not like 'name:%') as is_identified
    from identifiers as names
    inner join identifiers as others on names.org_key = others.org_key
    where names.identifier like 'name:%'
    group by names.identifier, names.org_key

),

-- If none of them has an identifier, the one organisation that one of them means by its name.
decided_by_name as (

    select
        decided.org_key as decided_key,
        min(strong_by_name.org_key) as org_key
    from decided
    inner join strong_by_name on decided.weak_key = strong_by_name.weak_key
    where not decided.is_identified
    group by decided.org_key
    having count(distinct strong_by_name.org_key) = 1

),

weak as (

    select
        mentions.register,
        mentions.row_id,
        mentions.role,
        mentions.name_key,
        mentions.country,
        mentions.weak_key,
        decided.weak_key is not null as is_decided,
        coalesce(
            case when decided.is_identified then decided.org_key end,
            decided_by_name.org_key,
            strong_by_name.org_key,
            decided.org_key,
            md5('name:' || mentions.weak_key)
        ) as org_key
    from mentions
    left join strong_by_name on mentions.weak_key = strong_by_name.weak_key
    left join decided on mentions.weak_key = decided.weak_key
    left join decided_by_name on decided.org_key = decided_by_name.decided_key
    where len(mentions.identifiers) = 0

),

named_with_country as (

    select
        name_key,
        org_key
    from strong
    where country is not null
    union all
    select
        name_key,
        org_key
    from weak
    where country is not null

),

-- A name without a country means the one organisation of that name, when there is one only.
known_by_name_alone as (

    select
        name_key,
        min(org_key) as org_key
    from named_with_country
    where name_key is not null
    group by name_key
    having count(distinct org_key) = 1

)

select
    register,
    row_id,
    role,
    org_key,
    true as is_strong,
    weak_key
from strong
union all
select
    weak.register,
    weak.row_id,
    weak.role,
    case
        when weak.country is null and not weak.is_decided and denied.org_key is null
            then coalesce(known_by_name_alone.org_key, weak.org_key)
        else weak.org_key
    end as org_key,
    false as is_strong,
    weak.weak_key
from weak
left join known_by_name_alone on weak.name_key = known_by_name_alone.name_key
left join denied
    on weak.weak_key = denied.weak_key and known_by_name_alone.org_key = denied.org_key
where weak.weak_key is not null
