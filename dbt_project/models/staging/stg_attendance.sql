-- A view: the one register that grows with the project is read where it lies, and stored once,
-- as int_attendance.
{{ config(materialized='view') }}

with

standing as (

    {{ current_rows('attendance', [
        'cell_columns',
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

),

-- Equal words, equal numbers: where a row stands but for its number in the sheet, and how it names
-- its employer.
mentioning as (

    select
        *,
        hash(delivery_set, file_sha256, file_name, sheet, cell_columns) as place,
        hash(reported_by, employer_name, employer_name_key, employer_country, employer_id)
            as employer_mention
    from standing

)

select
    *,
    hash(employer_mention, name_key, email_key, coalesce(headcount, 1) > 1) as person_mention
from mentioning
