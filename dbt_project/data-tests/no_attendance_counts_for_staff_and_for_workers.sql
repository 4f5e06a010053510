-- I8: under the defaults no attendance row counts both in 4a.M1 and in 4b.O3.
select attendance.row_id
from {{ ref('int_attendance') }} as attendance
cross join {{ ref('stg_parameters') }} as parameters
where
    attendance.reason_4a_m1 is null
    and attendance.reason_4b_o3 is null
    and attendance.person is not null
    and not parameters.include_cluster_staff
