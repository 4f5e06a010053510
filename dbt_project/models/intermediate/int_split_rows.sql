-- Attendance rows that are decided to be another person than their words say (G5): each with that
-- person.
select
    splits.reported_by,
    splits.record_key,
    coalesce(persons.decided_person, 'split:' || md5(splits.subject)) as person
from {{ ref('int_decided_rows') }} as splits
left join {{ ref('int_decided_persons') }} as persons
    on 'split:' || md5(splits.subject) = persons.person
where splits.kind = 'split' and splits.answer = 'split' and splits.register = 'attendance'
