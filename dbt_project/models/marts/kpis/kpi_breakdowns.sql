-- Cumulative figures by partner and by country, with their overlap: parts are not additive (G3).
-- Where persons are counted, a part of one to four persons is not shown, nor what would give it
-- away: the next smallest part, the country that it is in, the only partner of such a country.
{% set fewest = 5 %}
{% set counts_persons = "kpi in ('4a.M1', '4b.O3')" %}
with

units as (

    select
        units.kpi,
        units.policy,
        units.unit,
        units.reported_by,
        partners.country
    from {{ ref('int_kpi_units') }} as units
    left join {{ ref('stg_partners') }} as partners on units.reported_by = partners.partner

),

of_partners as (

    select
        kpi,
        policy,
        country,
        reported_by as part,
        count(distinct unit) as units,
        {{ counts_persons }} as is_of_persons
    from units
    group by kpi, policy, country, reported_by

),

of_countries as (

    select
        kpi,
        policy,
        country as part,
        count(distinct unit) as units,
        {{ counts_persons }} as is_of_persons
    from units
    where country is not null
    group by kpi, policy, country

),

-- One hidden part could be had from the total, two cannot.
small_partners as (

    select
        *,
        is_of_persons
        and (
            units < {{ fewest }}
            or (
                count(*) filter (units < {{ fewest }}) over all_parts = 1
                and row_number() over (all_parts order by units, part) = 2
            )
        ) as is_hidden
    from of_partners
    window all_parts as (partition by kpi, policy)

),

small_countries as (

    select
        of_countries.kpi,
        of_countries.policy,
        of_countries.part,
        of_countries.units,
        of_countries.is_of_persons,
        count(*) as partners,
        of_countries.is_of_persons
        and (
            of_countries.units < {{ fewest }}
            or bool_or(small_partners.is_hidden)
        ) as is_small
    from of_countries
    inner join small_partners
        on
            of_countries.kpi = small_partners.kpi
            and of_countries.policy is not distinct from small_partners.policy
            and of_countries.part = small_partners.country
    group by
        of_countries.kpi,
        of_countries.policy,
        of_countries.part,
        of_countries.units,
        of_countries.is_of_persons

),

hidden_countries as (

    select
        *,
        is_small
        or (
            is_of_persons
            and count(*) filter (is_small) over all_parts = 1
            and row_number() over (all_parts order by not is_small, units, part) = 2
        ) as is_hidden
    from small_countries
    window all_parts as (partition by kpi, policy)

),

parts as (

    select
        small_partners.kpi,
        small_partners.policy,
        'reporting_partner' as breakdown,
        small_partners.part,
        small_partners.units,
        -- The only partner of its country is the country.
        small_partners.is_hidden
        or coalesce(hidden_countries.is_hidden and hidden_countries.partners = 1, false)
            as is_hidden
    from small_partners
    left join hidden_countries
        on
            small_partners.kpi = hidden_countries.kpi
            and small_partners.policy is not distinct from hidden_countries.policy
            and small_partners.country = hidden_countries.part
    union all
    select
        kpi,
        policy,
        'reporting_country' as breakdown,
        part,
        units,
        is_hidden
    from hidden_countries

),

totals as (

    select
        kpi,
        policy,
        count(distinct unit) as total
    from units
    group by kpi, policy

)

select
    parts.kpi,
    parts.policy,
    parts.breakdown,
    parts.part,
    case when not parts.is_hidden then parts.units end as units,
    case
        when not parts.is_hidden then cast(parts.units as varchar)
        when parts.units < {{ fewest }} then '<{{ fewest }}'
        else 'not shown'
    end as shown,
    totals.total,
    case
        when not bool_or(parts.is_hidden) over all_parts
            then cast(sum(parts.units) over all_parts as bigint) - totals.total
    end as overlap,
    false as is_additive
from parts
inner join totals
    on parts.kpi = totals.kpi and parts.policy is not distinct from totals.policy
window all_parts as (partition by parts.kpi, parts.policy, parts.breakdown)
