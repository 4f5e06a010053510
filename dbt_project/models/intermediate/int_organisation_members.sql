-- Which organisation each mention means (G4). A weak mention (country and name only) joins a
-- strong organisation only when exactly one has that country and name; else it is its own.
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

strong_by_name as (

    select
        weak_key,
        min(org_key) as org_key
    from strong
    where weak_key is not null
    group by weak_key
    having count(distinct org_key) = 1

),

weak as (

    select
        mentions.register,
        mentions.row_id,
        mentions.role,
        mentions.name_key,
        mentions.country,
        mentions.weak_key,
        coalesce(strong_by_name.org_key, md5('name:' || mentions.weak_key)) as org_key
    from mentions
    left join strong_by_name on mentions.weak_key = strong_by_name.weak_key
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
    true as is_strong
from strong
union all
select
    weak.register,
    weak.row_id,
    weak.role,
    case
        when weak.country is null then coalesce(known_by_name_alone.org_key, weak.org_key)
        else weak.org_key
    end as org_key,
    false as is_strong
from weak
left join known_by_name_alone on weak.name_key = known_by_name_alone.name_key
where weak.weak_key is not null
