{{ config(materialized='view') }}
-- 4b.O3: workers that received training as a result of joint activities.
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
from {{ ref('int_kpi_rows') }}
where kpi = '4b.O3'
