-- One row per person that is decided to be somebody known under another unit, and that unit: the
-- smallest of all that are decided to be one.
with recursive

pairs as (

    select
        one,
        other
    from {{ ref('int_decided_person_pairs') }}
    where answer = 'same' and one <> other

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
        one as person,
        one as reached
    from edges
    union
    select
        reachable.person,
        edges.other as reached
    from reachable
    inner join edges on reachable.reached = edges.one

)

select
    person,
    min(reached) as decided_person
from reachable
group by person
having min(reached) <> person
