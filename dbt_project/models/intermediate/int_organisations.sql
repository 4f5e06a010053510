-- One row per organisation: what its own records say, else what events say of it.
with

mentions as (

    select
        mentions.*,
        members.org_key,
        members.is_strong
    from {{ ref('int_organisation_mentions') }} as mentions
    inner join {{ ref('int_organisation_members') }} as members
        on
            mentions.register = members.register
            and mentions.row_id = members.row_id
            and mentions.role = members.role

),

described as (

    select
        org_key,
        first(
            name
            order by register <> 'partners', register <> 'organisations', name
        ) filter (where name is not null) as name,
        first(
            country
            order by register <> 'partners', register <> 'organisations', country
        ) filter (where country is not null) as country,
        bool_or(is_strong) as has_identifier,
        bool_or(register = 'partners') as is_consortium_partner,
        min(reported_by) filter (where register = 'partners') as partner,
        bool_or(register = 'organisations') as is_registered,
        list_sort(list_distinct(flatten(list(identifiers)))) as identifiers,
        list_sort(list(distinct name_key) filter (where name_key is not null)) as name_keys
    from mentions
    group by org_key

),

-- The type that most partners state; how often one of them repeats it adds no weight.
types as (

    select
        members.org_key,
        organisations.org_type,
        count(distinct organisations.reported_by) as partners_saying_so,
        bool_or(coalesce(organisations.self_employed, false)) as is_self_employed
    from {{ ref('int_organisation_members') }} as members
    inner join {{ ref('stg_organisations') }} as organisations
        on members.row_id = organisations.row_id
    where members.register = 'organisations' and organisations.org_type is not null
    group by members.org_key, organisations.org_type

),

one_type as (

    select
        org_key,
        first(org_type order by partners_saying_so desc, org_type asc) as org_type,
        bool_or(is_self_employed) as is_self_employed
    from types
    group by org_key

)

select
    described.org_key,
    described.name,
    described.country,
    case
        when described.is_consortium_partner then 'cluster_organisation'
        when described.is_registered then coalesce(one_type.org_type, 'unreadable')
    end as org_type,
    coalesce(one_type.is_self_employed, false) as is_self_employed,
    described.is_consortium_partner,
    described.partner,
    described.is_registered,
    described.has_identifier,
    described.identifiers,
    described.name_keys
from described
left join one_type on described.org_key = one_type.org_key
