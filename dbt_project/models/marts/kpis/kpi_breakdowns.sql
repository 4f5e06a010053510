-- Cumulative figures by partner and by country, with their overlap: parts are not additive (G3).
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

parts as (

    select
        kpi,
        policy,
        'reporting_partner' as breakdown,
        reported_by as part,
        count(distinct unit) as units
    from units
    group by all
    union all
    select
        kpi,
        policy,
        'reporting_country' as breakdown,
        country as part,
        count(distinct unit) as units
    from units
    where country is not null
    group by all

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
    parts.units,
    totals.total,
    cast(
        sum(parts.units) over (partition by parts.kpi, parts.policy, parts.breakdown) as bigint
    ) - totals.total as overlap,
    false as is_additive
from parts
inner join totals
    on parts.kpi = totals.kpi and parts.policy is not distinct from totals.policy
