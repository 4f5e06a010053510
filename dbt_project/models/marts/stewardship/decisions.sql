-- One row per decision that is in force: who has decided what, when and why.
select
    decision_id,
    kind,
    subject,
    parts,
    answer,
    reason,
    evidence_ref,
    decided_by,
    decided_at,
    question_id,
    question,
    digest
from {{ ref('stg_decisions') }}
