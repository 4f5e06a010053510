{{ config(materialized='view') }}
-- Every row that was read, in force or withdrawn, with its place: the ground of all fates.
{% set registers = [
    'organisations', 'trainings', 'training_plans', 'label_applications', 'exchanges', 'services',
    'service_deliveries', 'sme_investments', 'pacts', 'cooperations', 'activities',
] %}
{% for register in registers -%}
    select
        '{{ register }}' as register,
        row_id,
        reported_by,
        record_key,
        delivery_set as delivery_id,
        file_sha256,
        file_name,
        sheet,
        row_number,
        cell_range,
        is_withdrawn,
        errors,
        warnings
    from {{ ref('stg_' ~ register) }}
    union all
{% endfor -%}
select
    'attendance' as register,
    attendance.row_id,
    attendance.reported_by,
    attendance.record_key,
    places.delivery_set as delivery_id,
    places.file_sha256,
    places.file_name,
    places.sheet,
    attendance.row_number,
    {{ cell_range() }} as cell_range,
    attendance.is_withdrawn,
    attendance.errors,
    attendance.warnings
from {{ ref('int_attendance') }} as attendance
left join {{ ref('int_attendance_places') }} as places on attendance.place = places.place
