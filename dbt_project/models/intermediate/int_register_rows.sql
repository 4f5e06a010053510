{{ config(materialized='view') }}
-- Every row that was read, in force or withdrawn, with its place: the ground of all fates.
{% set registers = [
    'organisations', 'trainings', 'training_plans', 'label_applications', 'exchanges',
    'services', 'service_deliveries', 'sme_investments', 'pacts', 'cooperations', 'activities',
] %}
{% for register in registers + ['attendance'] -%}
    {%- set relation = 'int_attendance' if register == 'attendance' else 'stg_' ~ register %}
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
    from {{ ref(relation) }}
    {{ "union all" if not loop.last }}
{% endfor %}
