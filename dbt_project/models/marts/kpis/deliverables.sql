-- Deliverables of the call: one row each, with the declared state and whether papers are ready.
with

evidence_4a as (

    select count(*) > 0 as is_ready
    from {{ ref('int_attendance') }} as attendance
    inner join {{ ref('int_trainings') }} as trainings
        on attendance.training_id = trainings.training_id
    where
        not attendance.is_withdrawn
        and attendance.person_category = 'cluster_manager'
        and attendance.role = 'participant'
        and attendance.attended in ('yes', 'partial')
        and trainings.status = 'delivered'
        and trainings.objective in ('4a', 'both')
        and trainings.evidence_ref is not null

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
