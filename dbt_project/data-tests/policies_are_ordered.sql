-- I5: conservative <= reported <= potential, for every figure.
select
    kpi,
    period,
    measure
from {{ ref('kpi_values') }}
where policy is not null
group by kpi, period, measure
having
    max(coalesce(numerator, value)) filter (where policy = 'conservative')
    > max(coalesce(numerator, value)) filter (where policy = 'reported')
    or max(coalesce(numerator, value)) filter (where policy = 'reported')
    > max(coalesce(numerator, value)) filter (where policy = 'potential')
