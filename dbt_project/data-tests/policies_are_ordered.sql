-- I5: conservative <= reported <= potential, for every stock. New units are left out: a unit that
-- is verified only later is new in a later period under the stricter policy.
select
    kpi,
    period,
    measure
from {{ ref('kpi_values') }}
where policy is not null and measure <> 'new'
group by kpi, period, measure
having
    max(coalesce(numerator, value)) filter (where policy = 'conservative')
    > max(coalesce(numerator, value)) filter (where policy = 'reported')
    or max(coalesce(numerator, value)) filter (where policy = 'reported')
    > max(coalesce(numerator, value)) filter (where policy = 'potential')
