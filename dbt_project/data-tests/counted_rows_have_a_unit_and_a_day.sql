-- I9: whatever counts is somebody, on some day inside the project.
select
    kpi_rows.kpi,
    kpi_rows.row_id
from {{ ref('int_kpi_rows') }} as kpi_rows
cross join {{ ref('stg_project') }} as project
where
    kpi_rows.qualifies
    and (
        kpi_rows.unit is null
        or kpi_rows.counting_date is null
        or kpi_rows.counting_date not between project.first_day and project.last_day
    )
