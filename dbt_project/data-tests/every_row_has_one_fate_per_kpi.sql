-- G9: a KPI that reads a register has a fate for each of its rows; all others are not_applicable.
with

headline as (

    select
        candidates.kpi,
        candidates.register,
        count(*) as row_count
    from {{ ref('int_kpi_candidates') }} as candidates
    cross join {{ ref('stg_project') }} as project
    where coalesce(candidates.policy, project.sme_policy) = project.sme_policy
    group by candidates.kpi, candidates.register

),

rows_read as (

    select
        register,
        count(*) as row_count
    from {{ ref('int_register_rows') }}
    group by register

)

select
    headline.kpi,
    headline.register,
    headline.row_count,
    rows_read.row_count as rows_read
from headline
left join rows_read on headline.register = rows_read.register
where headline.row_count is distinct from rows_read.row_count
