-- One row per question: those that the registers raise today, and those that a decision in force
-- has settled, whether they would be raised today or not.
with

raised as (

    select * from {{ ref('int_raised_questions') }}

),

decided as (

    select
        decisions.*,
        {{ question_id('kind', 'subject') }} as about
    from {{ ref('stg_decisions') }} as decisions

),

-- Whoever reported all that it is about is asked; the coordinator otherwise.
asked as (

    select
        question_id,
        case
            when count(distinct reported_by) = 1 then min(reported_by)
            else 'coordinator'
        end as asked_of
    from {{ ref('question_rows') }}
    group by question_id

),

settled as (

    select
        decided.about as question_id,
        case decided.kind
            when 'split' then 'homonyms'
            when 'conflict' then 'conflicts'
            when 'withdrawal' then 'withdrawals'
            else decided.kind
        end as kind,
        decided.kind as decides,
        decided.subject,
        decided.parts,
        decided.question as sentence,
        decided.decision_id,
        decided.answer
    from decided
    anti join raised on decided.about = raised.question_id
    where decided.question is not null

)

select
    raised.question_id,
    raised.kind,
    raised.decides,
    raised.subject,
    raised.parts,
    raised.sentence,
    raised.effect,
    raised.answers,
    coalesce(
        asked.asked_of,
        case when raised.kind = 'withdrawals' then held.reported_by end,
        'coordinator'
    ) as asked_of,
    decided.decision_id is null as is_open,
    decided.decision_id,
    decided.answer
from raised
left join decided on raised.question_id = decided.about
left join asked on raised.question_id = asked.question_id
left join {{ ref('stg_deliveries') }} as held on raised.subject = held.delivery_id
union all
select
    question_id,
    kind,
    decides,
    subject,
    parts,
    sentence,
    '' as effect,
    cast([] as varchar[]) as answers,
    'coordinator' as asked_of,
    false as is_open,
    decision_id,
    answer
from settled
