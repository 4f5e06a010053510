-- One row per question and row that shows what it is about; side tells apart whose rows they are.
with

organisation_questions as (

    select
        {{ question_id('decides', 'subject') }} as question_id,
        *
    from {{ ref('int_organisation_questions') }}

),

-- Two organisations: the rows of each. One organisation: the rows of each identifier or name.
parties as (

    select
        *,
        unnest(list_distinct([one_org, other_org])) as org_key
    from organisation_questions

),

mentioned as (

    select
        questions.question_id,
        case
            when questions.one_org <> questions.other_org
                then case when questions.org_key = questions.one_org then '1' else '2' end
            when mentions.weak_key = substr(questions.parts[1], 6) then '1'
            when list_contains(mentions.identifiers, questions.parts[1]) then '1'
            when list_contains(mentions.identifiers, questions.parts[2]) then '2'
        end as side,
        members.register,
        members.row_id
    from parties as questions
    inner join {{ ref('int_organisation_members') }} as members
        on questions.org_key = members.org_key
    inner join {{ ref('int_organisation_mentions') }} as mentions
        on
            members.register = mentions.register
            and members.row_id = mentions.row_id
            and members.role = mentions.role

),

-- Attendance rows are known by how they mention their employer.
of_organisations as (

    select
        question_id,
        side,
        register,
        row_id
    from mentioned
    where register <> 'attendance'
    union all
    select
        mentioned.question_id,
        mentioned.side,
        mentioned.register,
        attendance.row_id
    from {{ ref('int_attendance') }} as attendance
    inner join mentioned
        on
            mentioned.register = 'attendance'
            and attendance.employer_mention = cast(mentioned.row_id as ubigint)
    where not attendance.is_withdrawn

),

person_questions as (

    select
        {{ question_id('decides', 'subject') }} as question_id,
        *
    from {{ ref('int_person_questions') }}

),

persons as (

    select
        *,
        unnest(list_distinct([one_person, other_person])) as person
    from person_questions

),

of_persons as (

    select
        questions.question_id,
        questions.decides,
        case
            when questions.decides = 'split'
                then
                    case
                        when coalesce(attendance.gender, 'undisclosed') not in ('f', 'm', 'x')
                            then '1'
                        when attendance.gender = questions.usual_gender then '1'
                        else '2'
                    end
            when attendance.person = questions.one_person then '1'
            else '2'
        end as side,
        'attendance' as register,
        attendance.row_id
    from {{ ref('int_attendance') }} as attendance
    inner join persons as questions on attendance.person = questions.person
    where not attendance.is_withdrawn

),

of_both as (

    select
        question_id,
        '' as decides,
        side,
        register,
        row_id
    from of_organisations
    where side is not null
    union all
    select
        question_id,
        decides,
        side,
        register,
        row_id
    from of_persons

),

-- A few rows show it, those of the organisations register first; a split needs every row.
shown as (

    select distinct
        question_id,
        side,
        register,
        row_id
    from of_both
    qualify
        (decides = 'split' and side = '2')
        or
        dense_rank() over (
            partition by question_id, side
            order by register <> 'organisations', register, row_id
        ) <= 5

)

select
    question_id,
    side,
    register,
    row_id
from shown
union all
select
    {{ question_id("'conflict'", 'subject') }} as question_id,
    reported_by as side,
    register,
    row_id
from {{ ref('int_disputed_rows') }}
