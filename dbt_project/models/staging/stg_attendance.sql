-- A view: the one register that grows with the project is read where it lies, and stored once,
-- as int_attendance.
{{ config(materialized='view') }}

with

standing as (

    {{ current_rows('attendance', [
        'record_id',
        'training_id',
        'session_date',
        'employer_name',
        'employer_id',
        'employer_country',
        'person_category',
        'role',
        'attended',
        'hours',
        'completed',
        'certificate_no',
        'gender',
        'headcount',
        'evidence_ref',
        'name_key',
        'email_key',
        'employer_name_key'
    ]) }}

)

-- How a row names its employer, and its person at that employer: equal words, equal numbers.
select
    *,
    hash(reported_by, employer_name, employer_name_key, employer_country, employer_id)
        as employer_mention,
    hash(
        reported_by, employer_name, employer_name_key, employer_country, employer_id,
        name_key, email_key, coalesce(headcount, 1) > 1
    ) as person_mention
from standing
