-- Every KPI's row fates in one relation: one row per KPI, policy and row of its registers.
{% set kpis = [
    'kpi_4a_m1_employees_trained', 'kpi_4a_o1_training_plans', 'kpi_4a_o2_label_applicants',
    'kpi_4a_o3_exchanges', 'kpi_4a_o4_exchanges_with_smes', 'kpi_4b_m1_smes_investing',
    'kpi_4b_o1_pacts_with_cluster_role', 'kpi_4b_o2_businesses_benefitting',
    'kpi_4b_o3_workers_trained',
] %}
{% for kpi in kpis -%}
    select
        kpi,
        policy,
        register,
        row_id,
        reported_by,
        unit,
        counting_date,
        fate,
        duplicate_of,
        qualifies
    from {{ ref(kpi) }}
    {{ "union all" if not loop.last }}
{% endfor %}
