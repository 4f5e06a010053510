{{ config(materialized='view') }}
-- What the rules say of each row for each KPI, and what a steward has decided instead (G14): one
-- row per KPI, policy and row. decision_id: a decision has changed what the rules say.
with

forced as (

    select
        named.kpi,
        named.policy,
        named.register,
        named.row_id
    from {{ ref('int_decided_kpi_rows') }} as named
    cross join {{ ref('stg_project') }} as project
    left join {{ ref('int_exchanges') }} as exchanges on named.row_id = exchanges.row_id
    where
        named.answer = 'include'
        and named.counting_date between project.first_day and project.last_day
        and (
            named.kpi = named.decided_kpi
            or {{ counts_as_sme('exchanges.vo_sme_status', 'named.policy') }}
            or {{ counts_as_sme('exchanges.ho_sme_status', 'named.policy') }}
        )

)

select
    ruled.kpi,
    ruled.policy,
    ruled.register,
    ruled.row_id,
    ruled.reported_by,
    ruled.record_key,
    ruled.unit,
    ruled.counting_date,
    ruled.preference,
    case
        when decided_units.answer = 'exclude' then coalesce(ruled.reason, 'MANUAL')
        when forced.row_id is null then ruled.reason
    end as reason,
    ruled.is_pending,
    case
        when decided_units.answer = 'exclude' and ruled.reason is null
            then decided_units.decision_id
        when forced.row_id is not null and ruled.reason is not null
            then decided_units.decision_id
    end as decision_id
from {{ ref('int_kpi_ruled') }} as ruled
left join {{ ref('int_decided_kpi_units') }} as decided_units
    on ruled.kpi = decided_units.kpi and ruled.unit = decided_units.unit
left join forced
    on
        decided_units.answer = 'include'
        and ruled.kpi = forced.kpi
        and ruled.policy is not distinct from forced.policy
        and ruled.register = forced.register
        and ruled.row_id = forced.row_id
