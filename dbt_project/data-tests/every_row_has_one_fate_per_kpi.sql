-- G9: a KPI that reads a register has a fate for each of its rows, once; all others are
-- not_applicable. Rows are compared by number and by the sum of their hashes, so that ten million
-- cost little.
with

headline as (

    select
        kpi_rows.kpi,
        kpi_rows.register,
        count(*) as row_count,
        sum(cast(hash(kpi_rows.row_id) as hugeint)) as sum_of_hashes
    from {{ ref('int_kpi_rows') }} as kpi_rows
    cross join {{ ref('stg_project') }} as project
    where coalesce(kpi_rows.policy, project.sme_policy) = project.sme_policy
    group by kpi_rows.kpi, kpi_rows.register

),

rows_read as (

    select
        register,
        count(*) as row_count,
        sum(cast(hash(row_id) as hugeint)) as sum_of_hashes
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
where
    headline.row_count is distinct from rows_read.row_count
    or headline.sum_of_hashes is distinct from rows_read.sum_of_hashes
