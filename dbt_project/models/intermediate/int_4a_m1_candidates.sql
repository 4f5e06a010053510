{{ config(materialized='view') }}
-- What 4a.M1 says of each attendance row.
with

attendance as (

    select * from {{ ref('int_attendance') }}

),

parameters as (

    select * from {{ ref('stg_parameters') }}

),

-- With a minimum of hours a person counts from the day on which their sum reaches it.
hours_by_day as (

    select
        attendance.person,
        attendance.training_id,
        attendance.attended_on,
        max(coalesce(attendance.hours, 0)) as day_hours
    from attendance
    cross join parameters
    where attendance.reason_4a_m1 is null and parameters.k_4a_m1_min_hours > 0
    group by attendance.person, attendance.training_id, attendance.attended_on

),

running_hours as (

    select
        person,
        attended_on,
        sum(day_hours) over (
            partition by person
            order by attended_on
            range between unbounded preceding and current row
        ) as hours_so_far
    from hours_by_day

),

reached as (

    select
        running_hours.person,
        min(running_hours.attended_on) as reached_on
    from running_hours
    cross join parameters
    where running_hours.hours_so_far >= parameters.k_4a_m1_min_hours
    group by running_hours.person

)

select
    '4a.M1' as kpi,
    cast(null as varchar) as policy,
    'attendance' as register,
    attendance.row_id,
    attendance.reported_by,
    attendance.record_key,
    attendance.person as unit,
    greatest(attendance.attended_on, reached.reached_on) as counting_date,
    0 as preference,
    case
        when attendance.reason_4a_m1 is not null then cast(attendance.reason_4a_m1 as varchar)
        when attendance.person is null then 'NOT_IDENTIFIED'
        when parameters.k_4a_m1_min_hours > 0 and reached.reached_on is null then 'TOO_FEW_HOURS'
    end as reason,
    false as is_pending
from attendance
cross join parameters
left join reached on attendance.person = reached.person
