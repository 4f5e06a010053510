{{ config(materialized='view') }}
-- What the rules say of each row for each KPI that reads it: one row per KPI, policy and row.
{% set kpis = [
    'int_4a_m1_candidates', 'kpi_4a_o1_training_plans', 'kpi_4a_o2_label_applicants',
    'kpi_4a_o3_exchanges', 'kpi_4a_o4_exchanges_with_smes', 'kpi_4b_m1_smes_investing',
    'kpi_4b_o1_pacts_with_cluster_role', 'int_4b_o2_candidates',
    'int_4b_o3_candidates',
] %}
{% for kpi in kpis -%}
    select
        kpi,
        policy,
        register,
        row_id,
        reported_by,
        record_key,
        unit,
        counting_date,
        preference,
        reason,
        is_pending
    from {{ ref(kpi) }}
    {{ "union all" if not loop.last }}
{% endfor %}
