-- One row per partner with attendance: all that its rows are made from, which is its deliveries, what
-- they mean, and the trainings.
with

meanings as (

    select
        people.reported_by,
        sum(cast(hash(persons) as hugeint)) as fingerprint
    from {{ ref('int_attendance_people') }} as people
    inner join {{ ref('int_persons') }} as persons
        on people.person_mention = persons.person_mention
    group by people.reported_by

),

trainings as (

    select sum(cast(hash(trainings) as hugeint)) as fingerprint
    from {{ ref('int_trainings') }} as trainings

)

select
    deliveries.reported_by,
    concat_ws(
        ' ', deliveries.fingerprint, meanings.fingerprint, trainings.fingerprint
    ) as fingerprint
from {{ ref('int_attendance_deliveries') }} as deliveries
cross join trainings
left join meanings on deliveries.reported_by = meanings.reported_by
