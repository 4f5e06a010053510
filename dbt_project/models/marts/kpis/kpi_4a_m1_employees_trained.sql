{{ config(materialized='view') }}
-- 4a.M1: employees of cluster organisations which received trainings.
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
where kpi = '4a.M1'
