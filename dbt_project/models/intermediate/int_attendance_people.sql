{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_changed_partners(ref('int_attendance_deliveries')) }}",
) }}
-- The persons of attendance rows as deliveries name them, so that each is resolved once.
select
    delivery_set,
    person_mention,
    any_value(reported_by) as reported_by,
    any_value(employer_mention) as employer_mention,
    any_value(name_key) as name_key,
    any_value(email_key) as email_key,
    bool_or(coalesce(headcount, 1) > 1) as is_group,
    bool_and(is_withdrawn) as is_withdrawn
from {{ ref('stg_attendance') }}
where {{ of_changed_partners(ref('int_attendance_deliveries')) }}
group by delivery_set, person_mention
