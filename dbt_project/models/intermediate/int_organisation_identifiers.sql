-- Strong identifiers that occur together in one row name one organisation: each identifier
-- with the smallest identifier of its connected component (G4).
with recursive

mentions as (

    select distinct identifiers
    from {{ ref('int_organisation_mentions') }}
    where len(identifiers) > 0

),

pairs as (

    select distinct
        identifiers[1] as one,
        unnest(identifiers) as other
    from mentions

),

edges as (

    select
        one,
        other
    from pairs
    union
    select
        other as one,
        one as other
    from pairs

),

reachable as (

    select
        one as identifier,
        one as reached
    from edges
    union
    select
        reachable.identifier,
        edges.other as reached
    from reachable
    inner join edges on reachable.reached = edges.one

),

trusted as (

    select
        identifier,
        reached,
        list_position(['euid', 'vat', 'reg', 'pic', 'eccp'], split_part(reached, ':', 1)) as trust
    from reachable

)

select
    identifier,
    md5(first(reached order by trust, reached)) as org_key
from trusted
group by identifier
