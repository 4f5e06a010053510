-- One row per exchange row: its group of duplicates, the row that states the group's facts,
-- and the first filter of 4a.O3 that the group fails (kpis.md, filters 1-7; readings 5-12).
{% set used_columns = [
    'exchange_id', 'vo_name', 'vo_country', 'vo_id', 'vo_type', 'ho_name', 'ho_country', 'ho_id',
    'ho_type', 'vo_partnership', 'mode', 'start_date', 'end_date', 'status',
    'working_days',
] %}
with recursive

exchanges as (

    select
        exchanges.*,
        visitors.org_key as vo_key,
        hosts.org_key as ho_key,
        decided.decision_id,
        {{ invalid('exchanges.errors', used_columns, ['exchange_id:E01']) }} as invalid_reason
    from {{ ref('stg_exchanges') }} as exchanges
    left join {{ ref('int_organisation_members') }} as visitors
        on exchanges.row_id = visitors.row_id and visitors.role = 'vo'
    left join {{ ref('int_organisation_members') }} as hosts
        on exchanges.row_id = hosts.row_id and hosts.role = 'ho'
    left join {{ ref('int_decided_rows') }} as decided
        on
            decided.kind = 'conflict'
            and decided.register = 'exchanges'
            and exchanges.reported_by = decided.reported_by
            and exchanges.record_key = decided.record_key

),

-- Two rows are one exchange when the id, or visitor, host and first day are equal (reading 5).
keys as (

    select
        row_id,
        unnest(
            list_filter(
                [
                    'id:' || exchange_id,
                    'trip:' || vo_key || '|' || ho_key || '|' || start_date,
                    case
                        when exchange_id is null and (vo_key is null or ho_key is null)
                            then 'row:' || row_id
                    end
                ],
                lambda key: key is not null
            )
        ) as exchange_key
    from exchanges
    where not is_withdrawn and invalid_reason is null

),

links as (

    select distinct
        one.exchange_key as one,
        other.exchange_key as other
    from keys as one
    inner join keys as other on one.row_id = other.row_id

),

reachable as (

    select
        one as exchange_key,
        one as reached
    from links
    union
    select
        reachable.exchange_key,
        links.other as reached
    from reachable
    inner join links on reachable.reached = links.one

),

groups as (

    select
        keys.row_id,
        min(reachable.reached) as exchange
    from keys
    inner join reachable on keys.exchange_key = reachable.exchange_key
    group by keys.row_id

),

-- The row that a decision names states the facts, else the visiting side (reading 8); one validated
-- copy is enough (reading 6).
ranked as (

    select
        exchanges.*,
        groups.exchange,
        row_number() over by_statement as statement_rank,
        bool_or(exchanges.validated_date is not null) over by_group as is_validated,
        count(distinct concat_ws(
            '|', exchanges.vo_key, exchanges.ho_key, exchanges.start_date, exchanges.end_date,
            exchanges.status, exchanges.mode, exchanges.vo_partnership, exchanges.vo_type,
            exchanges.ho_type
        )) over by_group > 1
        or count(distinct exchanges.working_days) over by_group > 1
        or count(distinct nullif(exchanges.vo_is_sme, 'unknown')) over by_group > 1
        or count(distinct nullif(exchanges.ho_is_sme, 'unknown')) over by_group > 1
            as is_disputed
    from exchanges
    inner join groups on exchanges.row_id = groups.row_id
    cross join {{ ref('stg_project') }} as project
    left join {{ ref('int_organisations') }} as reporters
        on exchanges.reported_by = reporters.partner
    window
        by_group as (partition by groups.exchange),
        by_statement as (
            partition by groups.exchange
            order by
                exchanges.decision_id desc nulls last,
                exchanges.vo_partnership <> project.code,
                coalesce(reporters.org_key = exchanges.vo_key, false) desc,
                coalesce(reporters.org_key = exchanges.ho_key, false),
                cast(exchanges.received_at as date) desc,
                exchanges.reported_by,
                exchanges.exchange_id asc,
                exchanges.content_hash asc,
                exchanges.row_id asc
        )

),

statements as (

    select * from ranked
    where statement_rank = 1

),

days_at_host as (

    select
        row_id,
        ho_country,
        cast(
            unnest(generate_series(
                start_date,
                least(end_date, start_date + interval 400 day),
                interval 1 day
            )) as date
        ) as day
    from statements

),

working_days as (

    select
        days_at_host.row_id,
        count(*) as calendar_days
    from days_at_host
    left join {{ ref('public_holidays') }} as holidays
        on
            days_at_host.ho_country = holidays.country
            and days_at_host.day = holidays.day
    where isodow(days_at_host.day) <= 5 and holidays.day is null
    group by days_at_host.row_id

),

-- What kind of organisation each side is: its own record, else the exchange row (readings 9 and
-- 13); only businesses can be SMEs (reading 14).
sides as (

    select
        statements.row_id,
        coalesce(
            visitors.org_type,
            case statements.vo_type
                when 'cluster' then 'cluster_organisation'
                when 'scaling_up' then 'scaling_up_support'
                when 'sme' then 'business'
                else 'other'
            end
        ) as vo_org_type,
        coalesce(
            hosts.org_type,
            case statements.ho_type
                when 'cluster' then 'cluster_organisation'
                when 'scaling_up' then 'scaling_up_support'
                when 'sme' then 'business'
                when 'large_company' then 'business'
                else statements.ho_type
            end
        ) as ho_org_type,
        coalesce(
            visitor_status.status,
            case
                when visitors.org_type <> 'business' then 'no'
                when statements.vo_type in ('cluster', 'scaling_up') then 'no'
                when statements.vo_is_sme = 'no' then 'no'
                when statements.vo_is_sme = 'yes' or statements.vo_type = 'sme' then 'declared'
                else 'unknown'
            end
        ) as vo_sme_status,
        coalesce(
            host_status.status,
            case
                when hosts.org_type <> 'business' then 'no'
                when statements.ho_type not in ('sme', 'other') then 'no'
                when statements.ho_is_sme = 'no' then 'no'
                when statements.ho_is_sme = 'yes' or statements.ho_type = 'sme' then 'declared'
                else 'unknown'
            end
        ) as ho_sme_status
    from statements
    left join {{ ref('int_organisations') }} as visitors
        on statements.vo_key = visitors.org_key
    left join {{ ref('int_organisations') }} as hosts
        on statements.ho_key = hosts.org_key
    left join {{ ref('int_sme_status') }} as visitor_status
        on
            statements.vo_key = visitor_status.org_key
            and statements.start_date between visitor_status.first_day and visitor_status.last_day
    left join {{ ref('int_sme_status') }} as host_status
        on
            statements.ho_key = host_status.org_key
            and statements.start_date between host_status.first_day and host_status.last_day

),

eligible as (

    select
        statements.row_id,
        bool_or(countries.country = statements.vo_country) as is_vo_country_eligible,
        bool_or(countries.country = statements.ho_country) as is_ho_country_eligible
    from statements
    inner join {{ ref('eligible_countries') }} as countries
        on
            countries.scheme = 'clusterxchange'
            and countries.country in (statements.vo_country, statements.ho_country)
            and statements.start_date >= countries.valid_from
            and statements.start_date <= coalesce(countries.valid_to, date '9999-12-31')
    group by statements.row_id

),

filtered as (

    select
        statements.*,
        sides.vo_sme_status,
        sides.ho_sme_status,
        case
            when statements.working_days is null then coalesce(working_days.calendar_days, 0)
            else least(coalesce(working_days.calendar_days, 0), statements.working_days)
        end as effective_days,
        coalesce(working_days.calendar_days, 0) as calendar_days,
        case
            when statements.vo_partnership <> project.code then 'OTHER_PARTNERSHIP'
            when statements.status not in ('completed', 'interrupted') then 'STATUS'
            when statements.end_date not between project.first_day and project.last_day
                then 'OUT_OF_PROJECT'
            when
                statements.vo_key = statements.ho_key
                or statements.vo_country = statements.ho_country
                then 'SAME_COUNTRY'
            when 'unreadable' in (sides.vo_org_type, sides.ho_org_type) then 'INVALID:E05'
            when
                not coalesce(eligible.is_vo_country_eligible, false)
                or not coalesce(eligible.is_ho_country_eligible, false)
                or sides.vo_org_type not in (
                    'cluster_organisation', 'business_network', 'scaling_up_support', 'business'
                )
                or (sides.vo_org_type = 'business' and sides.vo_sme_status = 'no')
                or sides.ho_org_type = 'other'
                then 'NOT_ELIGIBLE'
            when statements.mode <> 'physical' and not parameters.allow_virtual
                then 'NOT_PHYSICAL'
            when effective_days < 3 then 'TOO_SHORT'
            when
                statements.end_date
                >= cast(date_add(statements.start_date, interval 1 month) as date)
                then 'TOO_LONG'
            when parameters.require_closing_report and not statements.is_validated
                then 'CLOSING_REPORT'
        end as filter_reason
    from statements
    cross join {{ ref('stg_project') }} as project
    cross join {{ ref('stg_parameters') }} as parameters
    inner join sides on statements.row_id = sides.row_id
    left join working_days on statements.row_id = working_days.row_id
    left join eligible on statements.row_id = eligible.row_id

),

-- A visitor visits once: its first exchange that passes counts, others need a waiver.
visits as (

    select
        filtered.*,
        case
            when
                filtered.filter_reason is null
                and filtered.mode <> 'virtual'
                and parameters.visitor_once
                and not coalesce(
                    list_contains(parameters.visitor_once_waivers, filtered.exchange_id), false
                )
                and row_number() over (
                    partition by
                        filtered.vo_key,
                        filtered.filter_reason is null and filtered.mode <> 'virtual'
                    order by filtered.start_date, filtered.exchange_id
                ) > 1
                then 'VISITOR_ONCE'
        end as visit_reason
    from filtered
    cross join {{ ref('stg_parameters') }} as parameters

)

select
    exchanges.row_id,
    exchanges.reported_by,
    exchanges.record_key,
    exchanges.exchange_id,
    coalesce(ranked.exchange, 'row:' || exchanges.row_id) as exchange,
    coalesce(ranked.statement_rank, 1) as statement_rank,
    coalesce(ranked.is_disputed, false) as is_disputed,
    coalesce(visits.vo_key, exchanges.vo_key) as vo_key,
    coalesce(visits.ho_key, exchanges.ho_key) as ho_key,
    coalesce(visits.start_date, exchanges.start_date) as start_date,
    coalesce(visits.end_date, exchanges.end_date) as end_date,
    visits.vo_sme_status,
    visits.ho_sme_status,
    visits.effective_days,
    visits.calendar_days,
    case
        when exchanges.is_withdrawn then 'WITHDRAWN'
        else coalesce(exchanges.invalid_reason, visits.filter_reason, visits.visit_reason)
    end as reason
from exchanges
left join ranked on exchanges.row_id = ranked.row_id
left join visits on ranked.exchange = visits.exchange
