-- One row per KPI and unit that a decision counts or leaves out: the newest (G14).
with

decided as (

    select
        kpi,
        unit,
        answer,
        decision_id
    from {{ ref('int_decided_units') }}
    union
    select
        kpi,
        unit,
        answer,
        decision_id
    from {{ ref('int_decided_kpi_rows') }}

)

select
    kpi,
    unit,
    max_by(answer, decision_id) as answer,
    max(decision_id) as decision_id
from decided
group by kpi, unit
