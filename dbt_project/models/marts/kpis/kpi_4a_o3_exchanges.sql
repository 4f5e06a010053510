-- 4a.O3: short-term exchanges supported; a project without clusterXchange has no fates here, so
-- that its exchanges are not_applicable.
with

candidates as (

    select
        cast(null as varchar) as policy,
        'exchanges' as register,
        exchanges.row_id,
        exchanges.reported_by,
        exchanges.record_key,
        exchanges.exchange as unit,
        exchanges.end_date as counting_date,
        exchanges.reason,
        coalesce(exchanges.reason = 'CLOSING_REPORT', false) as is_pending,
        exchanges.statement_rank as preference
    from {{ ref('int_exchanges') }} as exchanges
    cross join {{ ref('stg_project') }} as project
    where project.runs_clusterxchange

),

fates as (

    {{ fates('4a.O3', 'candidates') }}

)

select
    kpi,
    policy,
    register,
    row_id,
    reported_by,
    record_key,
    unit,
    counting_date,
    preference,
    reason,
    is_pending,
    fate,
    duplicate_of,
    qualifies
from fates
