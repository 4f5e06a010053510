-- SME status of an organisation on each day that an event asks for (G6, reading 16); no row
-- means that the organisation has no record of its own.
with

days_asked as (

    select
        members.org_key,
        exchanges.start_date as day
    from {{ ref('int_organisation_members') }} as members
    inner join {{ ref('stg_exchanges') }} as exchanges on members.row_id = exchanges.row_id
    union
    select
        members.org_key,
        investments.investment_date as day
    from {{ ref('int_organisation_members') }} as members
    inner join {{ ref('stg_sme_investments') }} as investments
        on members.row_id = investments.row_id
    union
    select
        members.org_key,
        deliveries.delivered_on as day
    from {{ ref('int_organisation_members') }} as members
    inner join {{ ref('stg_service_deliveries') }} as deliveries
        on members.row_id = deliveries.row_id
    union
    select
        employer_key as org_key,
        attended_on as day
    from {{ ref('int_attendance') }}

),

answers as (

    select
        days_asked.org_key,
        days_asked.day,
        evidence.status,
        evidence.valid_to,
        days_asked.day between evidence.valid_from and evidence.valid_to as covers,
        list_position(['no', 'verified', 'declared', 'unknown'], evidence.status) as precedence
    from days_asked
    inner join {{ ref('int_sme_evidence') }} as evidence
        on days_asked.org_key = evidence.org_key
    where days_asked.day is not null

),

covering as (

    select
        org_key,
        day,
        first(status order by precedence) as status
    from answers
    where covers
    group by org_key, day

),

earlier as (

    select
        org_key,
        day,
        first(status order by valid_to desc, precedence asc) as status
    from answers
    where valid_to < day
    group by org_key, day

)

select distinct
    answers.org_key,
    answers.day,
    coalesce(covering.status, earlier.status, 'unknown') as status
from answers
left join covering
    on answers.org_key = covering.org_key and answers.day = covering.day
left join earlier
    on answers.org_key = earlier.org_key and answers.day = earlier.day
