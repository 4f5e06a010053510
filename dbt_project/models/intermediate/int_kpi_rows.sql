{{ config(materialized='view') }}
-- Every KPI's row fates in one relation: one row per KPI, policy and row of its registers (G9),
-- with the decision that has changed the fate.
select
    candidates.kpi,
    candidates.policy,
    candidates.register,
    candidates.row_id,
    candidates.reported_by,
    candidates.record_key,
    candidates.unit,
    candidates.counting_date,
    candidates.preference,
    candidates.reason,
    candidates.is_pending,
    case
        when candidates.reason is not null
            then
                case when candidates.is_pending then 'pending:' else 'excluded:' end
                || candidates.reason
        when candidates.row_id = counted.row_id then 'counted'
        else 'duplicate_of'
    end as fate,
    case
        when candidates.reason is null and candidates.row_id <> counted.row_id then counted.row_id
    end as duplicate_of,
    candidates.reason is null as qualifies,
    candidates.decision_id
from {{ ref('int_kpi_candidates') }} as candidates
left join {{ ref('int_counted_units') }} as counted
    on
        candidates.kpi = counted.kpi
        and candidates.policy is not distinct from counted.policy
        and candidates.unit = counted.unit
