-- One row per unit of a KPI that a decision counts or leaves out (G14): the newest decision on it.
-- What is decided of an exchange in 4a.O3 holds in 4a.O4 as well.
with

decisions as (

    select
        decision_id,
        answer,
        parts[1] as kpi,
        parts[2] as reference
    from {{ ref('stg_decisions') }}
    where kind = 'kpi' and parts[2] not like 'row %'

),

named as (

    select
        decision_id,
        answer,
        kpi,
        reference
    from decisions
    union all
    select
        decision_id,
        answer,
        '4a.O4' as kpi,
        reference
    from decisions
    where kpi = '4a.O3'

),

-- A reference is the unit itself, or one of the organisation or person that is the unit today.
units as (

    select
        named.*,
        coalesce(
            organisations.org_key,
            case
                when named.reference like 'name:%@%'
                    then
                        'name:' || md5(concat_ws(
                            '|', employers.org_key, substr(split_part(named.reference, '@', 1), 6)
                        ))
            end,
            named.reference
        ) as unit
    from named
    left join {{ ref('int_organisation_references') }} as organisations
        on named.reference = organisations.reference
    left join {{ ref('int_organisation_references') }} as employers
        on
            named.reference like 'name:%@%'
            and substr(named.reference, strpos(named.reference, '@') + 1) = employers.reference

)

select
    units.kpi,
    coalesce(persons.decided_person, units.unit) as unit,
    units.answer,
    units.decision_id
from units
left join {{ ref('int_decided_persons') }} as persons on units.unit = persons.person
qualify
    row_number() over (
        partition by units.kpi, coalesce(persons.decided_person, units.unit)
        order by units.decision_id desc
    ) = 1
