{{ config(materialized='view') }}
-- What 4b.O3 says of each attendance row.
select
    '4b.O3' as kpi,
    cast(null as varchar) as policy,
    'attendance' as register,
    row_id,
    reported_by,
    record_key,
    person as unit,
    attended_on as counting_date,
    0 as preference,
    coalesce(
        cast(reason_4b_o3 as varchar), case when person is null then 'NOT_IDENTIFIED' end
    ) as reason,
    false as is_pending
from {{ ref('int_attendance') }}
