-- One row per training: when partners disagree, the row that a decision names, else the lead
-- partner's, else the newest delivery's (G7). Joint when enough partners provide it (G12, reading
-- 23 for cascades).
with

candidates as (

    select
        trainings.*,
        trainings.reported_by = trainings.lead_partner as is_from_lead,
        decided.decision_id
    from {{ ref('stg_trainings') }} as trainings
    left join {{ ref('int_decided_rows') }} as decided
        on
            decided.kind = 'conflict'
            and decided.register = 'trainings'
            and trainings.reported_by = decided.reported_by
            and trainings.record_key = decided.record_key
    where not trainings.is_withdrawn and trainings.training_id is not null

),

chosen as (

    select *
    from candidates
    qualify
        row_number() over (
            partition by training_id
            order by
                decision_id desc nulls last,
                is_from_lead desc,
                cast(received_at as date) desc,
                reported_by,
                content_hash asc,
                row_id asc
        ) = 1

),

disagreements as (

    select
        training_id,
        count(
            distinct concat_ws(
                '|', objective, status, start_date, end_date, lead_partner,
                list_sort(co_partners), cascade_of, list_sort(audience), list_sort(topic_flags)
            )
        ) > 1 as is_disputed
    from candidates
    group by training_id

),

provided as (

    select
        chosen.*,
        disagreements.is_disputed,
        len(list_distinct(list_prepend(chosen.lead_partner, chosen.co_partners)))
        >= project.joint_min_partners as is_joint
    from chosen
    inner join disagreements on chosen.training_id = disagreements.training_id
    cross join {{ ref('stg_project') }} as project

)

select
    provided.row_id,
    provided.training_id,
    provided.title,
    provided.objective,
    provided.audience,
    provided.topic,
    provided.topic_flags,
    provided.start_date,
    provided.end_date,
    provided.planned_hours,
    provided.lead_partner,
    list_sort(list_distinct(list_prepend(provided.lead_partner, provided.co_partners)))
        as partners,
    provided.status,
    provided.action_code,
    provided.cascade_of,
    provided.evidence_ref,
    provided.errors,
    provided.is_disputed,
    provided.is_joint,
    coalesce(
        source_course.is_joint
        and source_course.status = 'delivered'
        and list_contains(source_course.audience, 'trainers'),
        false
    ) as is_joint_cascade
from provided
left join provided as source_course on provided.cascade_of = source_course.training_id
