-- SME status of an organisation from day to day (G6, reading 16); no row means that the
-- organisation has no record of its own.
with

evidence as (

    select * from {{ ref('int_sme_evidence') }}

),

days_of_change as (

    select
        org_key,
        date '0001-01-01' as day
    from evidence
    union
    select
        org_key,
        valid_from as day
    from evidence
    union
    select
        org_key,
        valid_to + 1 as day
    from evidence
    where valid_to < date '9999-12-31'

),

answers as (

    select
        days_of_change.org_key,
        days_of_change.day,
        evidence.status,
        evidence.valid_to,
        days_of_change.day between evidence.valid_from and evidence.valid_to as covers,
        list_position(['no', 'verified', 'declared', 'unknown'], evidence.status) as precedence
    from days_of_change
    inner join evidence on days_of_change.org_key = evidence.org_key

),

statuses as (

    select
        org_key,
        day,
        coalesce(
            first(status order by precedence) filter (where covers),
            first(status order by valid_to desc, precedence asc) filter (where valid_to < day),
            'unknown'
        ) as status
    from answers
    group by org_key, day

)

select
    org_key,
    day as first_day,
    coalesce(
        lead(day) over (partition by org_key order by day) - 1, date '9999-12-31'
    ) as last_day,
    status
from statuses
