{{ config(materialized='view') }}
-- 4b.O2: businesses that directly benefitted from joint skills-related services.
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
where kpi = '4b.O2'
