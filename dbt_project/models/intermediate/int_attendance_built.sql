-- What the attendance rows of this build were made from, for the next one that begins with it. It
-- is built last: depends_on {{ ref('int_kpi_units') }}.
{% for inputs in ['int_attendance_deliveries', 'int_attendance_inputs'] -%}
    select
        '{{ inputs }}' as inputs,
        reported_by,
        fingerprint,
        '{{ env_var("EUROCLUSTER_GROUND", "") }}' as ground
    from {{ ref(inputs) }}
    {{ "union all" if not loop.last }}
{% endfor %}
