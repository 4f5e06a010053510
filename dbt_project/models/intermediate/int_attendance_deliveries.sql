-- One row per partner with attendance: the deliveries that its standing rows come from.
select
    reported_by,
    md5(string_agg(delivery_id, ' ' order by sequence)) as fingerprint
from {{ ref('stg_deliveries') }}
where register = 'attendance' and state = 'accepted'
group by reported_by
