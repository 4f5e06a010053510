{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_changed_partners(ref('int_attendance_deliveries')) }}",
) }}
-- The employers of attendance rows as deliveries name them, so that each is resolved once.
select
    delivery_set,
    employer_mention,
    any_value(reported_by) as reported_by,
    any_value(employer_name) as employer_name,
    any_value(employer_name_key) as employer_name_key,
    any_value(employer_country) as employer_country,
    any_value(employer_id) as employer_id
from {{ ref('stg_attendance') }}
where not is_withdrawn and {{ of_changed_partners(ref('int_attendance_deliveries')) }}
group by delivery_set, employer_mention
