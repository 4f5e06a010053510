-- I9: whatever counts is somebody, on some day inside the project.
select
    units.kpi,
    units.unit
from {{ ref('int_kpi_units') }} as units
where units.unit is null or units.first_day is null or units.period is null
