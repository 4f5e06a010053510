-- One row per question that the registers raise today, answered or not.
with

conflicts as (

    select
        'conflicts' as kind,
        'conflict' as decides,
        subject,
        cast([] as varchar[]) as parts,
        array_to_string(list_sort(list(distinct reported_by)), ' and ')
        || ' say different things of ' || subject || ': whose row is right?' as sentence,
        'Its row states the facts for all of them, whatever the rules would choose.' as effect,
        list_sort(list(distinct reported_by)) as answers
    from {{ ref('int_disputed_rows') }}
    group by register, subject

),

-- Of deliveries held back one after the other, the newest; none once a later one was accepted.
held as (

    select *
    from {{ ref('stg_deliveries') }}
    where state in ('held', 'accepted')
    qualify
        row_number() over (
            partition by reported_by, register
            order by sequence desc
        ) = 1

),

withdrawals as (

    select
        'withdrawals' as kind,
        'withdrawal' as decides,
        delivery_id as subject,
        [delivery_id] as parts,
        reported_by || ' ' || register || ': what came on ' || strftime(received_at, '%Y-%m-%d')
        || ' (' || coalesce(nullif(array_to_string(file_names, ', '), ''), 'no file') || ') has '
        || rows_read || ' rows and would take ' || rows_withdrawn
        || ' rows away. Was that meant?' as sentence,
        'accept: it is in force from the next build on; reject: what came before stays in force.'
            as effect,
        ['accept', 'reject'] as answers
    from held
    where state = 'held'

),

every_question as (

    select * exclude (one_org, other_org) from {{ ref('int_organisation_questions') }}
    union all by name
    select * exclude (one_person, other_person, usual_gender)
    from {{ ref('int_person_questions') }}
    union all by name
    select * from conflicts
    union all by name
    select * from withdrawals

)

select
    {{ question_id('decides', 'subject') }} as question_id,
    kind,
    decides,
    subject,
    parts,
    sentence,
    effect,
    answers
from every_question
-- What is asked for two reasons is asked once.
qualify
    row_number() over (
        partition by decides, subject
        order by kind, sentence
    ) = 1
