-- I8: under the defaults no attendance row counts both in 4a.M1 and in 4b.O3.
select staff.row_id
from {{ ref('kpi_4a_m1_employees_trained') }} as staff
inner join {{ ref('kpi_4b_o3_workers_trained') }} as workers on staff.row_id = workers.row_id
cross join {{ ref('stg_parameters') }} as parameters
where staff.qualifies and workers.qualifies and not parameters.include_cluster_staff
