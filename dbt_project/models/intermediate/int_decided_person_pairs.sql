-- One row per pair of persons that a decision calls one person (same) or two (different), each as
-- the unit that attendance rows have today. A person without an address is named in decisions as
-- name:<name key>@<reference of the employer>, which outlives a change of the employer's key.
with

named as (

    select
        decision_id,
        answer,
        unnest(parts) as reference,
        generate_subscripts(parts, 1) as position
    from {{ ref('stg_decisions') }}
    where kind = 'persons'

),

units as (

    select
        named.decision_id,
        named.answer,
        named.position,
        case
            when named.reference like 'name:%@%'
                then
                    'name:' || md5(concat_ws(
                        '|',
                        employers.org_key,
                        substr(split_part(named.reference, '@', 1), 6)
                    ))
            else named.reference
        end as person
    from named
    left join {{ ref('int_organisation_references') }} as employers
        on
            named.reference like 'name:%@%'
            and substr(named.reference, strpos(named.reference, '@') + 1) = employers.reference

)

select distinct
    one.decision_id,
    one.answer,
    one.person as one,
    other.person as other
from units as one
inner join units as other
    on one.decision_id = other.decision_id and one.position < other.position
