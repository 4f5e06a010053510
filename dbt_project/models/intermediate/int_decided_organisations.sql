-- One row per pair of references that a decision calls one organisation (same) or two (different).
-- A reference is a strong identifier (vat:PL1) or a weak key (name:PL|acme); of a mixed pair the
-- weak one stands first.
with

decisions as (

    select
        decision_id,
        answer,
        parts,
        len(list_filter(parts, lambda part: part like 'name:%')) > 0 as has_name
    from {{ ref('stg_decisions') }}
    where kind = 'organisations'

),

named as (

    select
        decision_id,
        answer,
        has_name,
        unnest(parts) as reference,
        generate_subscripts(parts, 1) as position
    from decisions

)

select
    one.decision_id,
    one.answer,
    case when other.reference like 'name:%' then other.reference else one.reference end as one,
    case when other.reference like 'name:%' then one.reference else other.reference end as other
from named as one
inner join named as other
    on one.decision_id = other.decision_id and one.position < other.position
-- "Different" beside a name is about the name: the identifiers of such a decision belong together.
where
    one.answer = 'same'
    or not one.has_name
    or (one.reference like 'name:%') <> (other.reference like 'name:%')
