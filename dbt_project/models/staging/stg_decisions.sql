-- One row per decision in force: known by the moment that the build is about, not taken back, and
-- the newest on its subject.
with

known as (

    select
        decisions.* replace (
            coalesce(rotated.subject, decisions.subject) as subject,
            coalesce(rotated.parts, decisions.parts) as parts
        )
    from {{ source('stewardship', 'decisions') }} as decisions
    left join {{ source('rotated', 'decisions_now') }} as rotated
        on decisions.decision_id = rotated.decision_id
    where decisions.decided_at <= {{ known_until() }}

),

undone as (

    select cast(parts[1] as bigint) as decision_id
    from known
    where kind = 'undo'

)

select
    known.decision_id,
    known.kind,
    known.subject,
    known.parts,
    known.answer,
    known.reason,
    known.evidence_ref,
    known.decided_by,
    known.decided_at,
    known.question_id,
    known.question,
    known.digest
from known
anti join undone on known.decision_id = undone.decision_id
where known.kind <> 'undo'
qualify
    row_number() over (
        partition by known.kind, known.subject
        order by known.decision_id desc
    ) = 1
