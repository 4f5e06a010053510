-- 4a.O4: of the exchanges counted in 4a.O3, those with an SME as visitor or host.
with

exchanges as (

    select
        counted.register,
        counted.row_id,
        counted.reported_by,
        counted.unit,
        counted.counting_date,
        counted.qualifies,
        counted.fate as exchange_fate,
        exchanges.record_key,
        exchanges.statement_rank,
        exchanges.vo_sme_status,
        exchanges.ho_sme_status,
        policies.policy
    from {{ ref('kpi_4a_o3_exchanges') }} as counted
    inner join {{ ref('int_exchanges') }} as exchanges on counted.row_id = exchanges.row_id
    cross join {{ policies() }} as policies

),

judged as (

    select
        *,
        case
            when not qualifies
                then
                    split_part(exchange_fate, ':', 2)
                    || case
                        when split_part(exchange_fate, ':', 3) <> ''
                            then ':' || split_part(exchange_fate, ':', 3)
                        else ''
                    end
            when
                {{ counts_as_sme('vo_sme_status', 'policy') }}
                or {{ counts_as_sme('ho_sme_status', 'policy') }}
                then null
            when vo_sme_status = 'unknown' or ho_sme_status = 'unknown'
                then 'SME_STATUS_UNDETERMINED'
            when vo_sme_status = 'declared' or ho_sme_status = 'declared'
                then 'SME_STATUS_DECLARED'
            else 'NO_SME'
        end as reason
    from exchanges

),

candidates as (

    select
        policy,
        'exchanges' as register,
        judged.row_id,
        judged.reported_by,
        judged.record_key,
        unit,
        counting_date,
        reason,
        exchange_fate like 'pending:%' as is_pending,
        statement_rank as preference
    from judged

),

fates as (

    {{ fates('4a.O4', 'candidates') }}

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
