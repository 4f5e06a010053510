-- One row per partner with attendance: all that its rows are made from, which is its deliveries,
-- what they mean, and the trainings.
with

every_person as (

    select * from {{ ref('int_persons') }}

),

persons as (

    select
        person_mention,
        hash(every_person) as meaning
    from every_person

),

meanings as (

    select
        people.reported_by,
        sum(cast(persons.meaning as hugeint)) as fingerprint
    from {{ ref('int_attendance_people') }} as people
    inner join persons on people.person_mention = persons.person_mention
    group by people.reported_by

),

every_training as (

    select * from {{ ref('int_trainings') }}

),

trainings as (

    select sum(cast(hash(every_training) as hugeint)) as fingerprint
    from every_training

)

select
    deliveries.reported_by,
    concat_ws(
        ' ', deliveries.fingerprint, meanings.fingerprint, trainings.fingerprint
    ) as fingerprint
from {{ ref('int_attendance_deliveries') }} as deliveries
cross join trainings
left join meanings on deliveries.reported_by = meanings.reported_by
