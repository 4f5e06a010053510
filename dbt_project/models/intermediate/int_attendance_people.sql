-- The persons of attendance rows as deliveries name them, so that each is resolved once.
select
    delivery_set,
    person_mention,
    any_value(employer_mention) as employer_mention,
    any_value(name_key) as name_key,
    any_value(email_key) as email_key,
    bool_or(coalesce(headcount, 1) > 1) as is_group,
    bool_and(is_withdrawn) as is_withdrawn
from {{ ref('stg_attendance') }}
group by delivery_set, person_mention
