-- Deliverables of the call: one row each, with the declared state and whether papers are ready.
with

evidence_4a as (

    select count(*) > 0 as is_ready
    from {{ ref('int_side_measures') }} as measures
    inner join {{ ref('int_trainings') }} as trainings on measures.unit = trainings.training_id
    where measures.kpi = 'D-4a.trainings' and trainings.evidence_ref is not null

),

evidence_4b as (

    select services > 0 as is_ready
    from {{ ref('int_portfolio') }}
    where period = 'all'

)

select
    deliverables.code,
    case deliverables.code
        when 'D-4a' then 'Training for cluster managers'
        else 'Portfolio of services on re- and upskilling for SMEs'
    end as title,
    deliverables.due_month,
    deliverables.due_day,
    deliverables.state,
    case deliverables.code
        when 'D-4a' then evidence_4a.is_ready else evidence_4b.is_ready
    end as is_evidence_ready,
    deliverables.state in ('pending', 'draft', 'rejected')
    and project.reporting_date > deliverables.due_day as is_overdue
from {{ ref('stg_deliverables') }} as deliverables
cross join evidence_4a
cross join evidence_4b
cross join {{ ref('stg_project') }} as project
