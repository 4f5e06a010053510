-- Every unit that counts: one row per KPI, policy, unit, reporting partner and reporting period,
-- with its first day there and the row that is told first. Figures and breakdowns are added up from
-- here.
select
    candidates.kpi,
    candidates.policy,
    candidates.unit,
    candidates.reported_by,
    periods.period,
    min(candidates.counting_date) as first_day,
    min(
        struct_pack(
            counting_date := candidates.counting_date,
            preference := candidates.preference,
            reported_by := candidates.reported_by,
            record_key := candidates.record_key,
            row_id := candidates.row_id,
            register := candidates.register
        )
    ) as first_row
from {{ ref('int_kpi_candidates') }} as candidates
left join {{ ref('stg_periods') }} as periods
    on candidates.counting_date between periods.first_day and periods.last_day
where candidates.reason is null
group by candidates.kpi, candidates.policy, candidates.unit, candidates.reported_by, periods.period
