-- 4a.O3: short-term exchanges supported; not applicable when the project runs no clusterXchange.
with

exchanges as (

    select
        exchanges.*,
        case
            when not project.runs_clusterxchange then 'NO_CLUSTERXCHANGE'
            else exchanges.reason
        end as final_reason
    from {{ ref('int_exchanges') }} as exchanges
    cross join {{ ref('stg_project') }} as project

),

candidates as (

    select
        cast(null as varchar) as policy,
        'exchanges' as register,
        exchanges.row_id,
        exchanges.reported_by,
        exchanges.record_key,
        exchange as unit,
        end_date as counting_date,
        final_reason as reason,
        coalesce(final_reason = 'CLOSING_REPORT', false) as is_pending,
        statement_rank as preference
    from exchanges

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
    unit,
    counting_date,
    fate,
    duplicate_of,
    qualifies
from fates
