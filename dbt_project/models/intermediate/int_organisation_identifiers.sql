-- Strong identifiers that occur together in one row name one organisation: each identifier
-- with the smallest identifier of its connected component (G4). Decisions add links, also between
-- weak keys (name:PL|acme), and cut others.
with recursive

mentions as (

    select distinct identifiers
    from {{ ref('int_organisation_mentions') }}
    where len(identifiers) > 0

),

decided as (

    select * from {{ ref('int_decided_organisations') }}

),

pairs as (

    select distinct
        identifiers[1] as one,
        unnest(identifiers) as other
    from mentions
    union
    select
        one,
        other
    from decided
    where answer = 'same'

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

-- Two identifiers that are decided to be different do not connect, whatever lies between them:
-- what is nearer to the one stays with it, and the links between the sides are cut.
walks as (

    select
        decision_id,
        one || ' ' || other as cut,
        1 as side,
        one as identifier,
        0 as distance
    from decided
    where answer = 'different' and one not like 'name:%'
    union
    select
        decision_id,
        one || ' ' || other as cut,
        2 as side,
        other as identifier,
        0 as distance
    from decided
    where answer = 'different' and one not like 'name:%'
    union
    select
        walks.decision_id,
        walks.cut,
        walks.side,
        edges.other as identifier,
        walks.distance + 1 as distance
    from walks
    inner join edges on walks.identifier = edges.one
    where walks.distance < 12

),

sides as (

    select
        cut,
        identifier,
        first(side order by distance, side) as side
    from walks
    group by cut, identifier

),

severed as (

    select distinct
        edges.one,
        edges.other
    from edges
    inner join sides as near on edges.one = near.identifier
    inner join sides as far
        on edges.other = far.identifier and near.cut = far.cut and near.side <> far.side

),

kept as (

    select
        edges.one,
        edges.other
    from edges
    anti join severed on edges.one = severed.one and edges.other = severed.other

),

reachable as (

    select
        one as identifier,
        one as reached
    from edges
    union
    select
        reachable.identifier,
        kept.other as reached
    from reachable
    inner join kept on reachable.reached = kept.one

),

trusted as (

    select
        identifier,
        reached,
        list_position(
            ['euid', 'vat', 'reg', 'pic', 'eccp', 'name'], split_part(reached, ':', 1)
        ) as trust
    from reachable

)

select
    identifier,
    md5(first(reached order by trust, reached)) as org_key
from trusted
group by identifier
