-- One row per question and row that shows what it is about; side tells apart whose rows they are.
with

organisation_questions as (

    select
        {{ question_id('decides', 'subject') }} as question_id,
        *
    from {{ ref('int_organisation_questions') }}

),

asked_organisations as (

    select distinct
        question_id,
        parts,
        one_org,
        other_org,
        unnest([one_org, other_org]) as org_key
    from organisation_questions

),

-- Two organisations: the rows of each. One organisation: the rows of each identifier or name.
mentioned as (

    select
        asked.question_id,
        '' as decides,
        case
            when asked.one_org <> asked.other_org
                then case when asked.org_key = asked.one_org then '1' else '2' end
            when mentions.weak_key = substr(asked.parts[1], 6) then '1'
            when list_contains(mentions.identifiers, asked.parts[1]) then '1'
            when list_contains(mentions.identifiers, asked.parts[2]) then '2'
        end as side,
        members.register,
        members.row_id
    from asked_organisations as asked
    inner join {{ ref('int_organisation_members') }} as members
        on asked.org_key = members.org_key
    inner join {{ ref('int_organisation_mentions') }} as mentions
        on
            members.register = mentions.register
            and members.row_id = mentions.row_id
            and members.role = mentions.role

),

-- Attendance rows are known by how they mention their employer.
of_organisations as (

    select *
    from mentioned
    where register <> 'attendance'
    union all
    select mentioned.* replace (attendance.row_id as row_id)
    from {{ ref('int_attendance') }} as attendance
    inner join mentioned
        on attendance.employer_mention = try_cast(mentioned.row_id as ubigint)
    where mentioned.register = 'attendance' and not attendance.is_withdrawn

),

asked_persons as (

    select distinct
        {{ question_id('decides', 'subject') }} as question_id,
        decides,
        one_person,
        usual_gender,
        unnest([one_person, other_person]) as person
    from {{ ref('int_person_questions') }}

),

of_persons as (

    select
        asked.question_id,
        asked.decides,
        case
            when asked.decides = 'split'
                then
                    case
                        when coalesce(attendance.gender, 'undisclosed') = 'undisclosed' then '1'
                        when attendance.gender = asked.usual_gender then '1'
                        else '2'
                    end
            when asked.person = asked.one_person then '1'
            else '2'
        end as side,
        'attendance' as register,
        attendance.row_id
    from {{ ref('int_attendance') }} as attendance
    inner join asked_persons as asked on attendance.person = asked.person
    where not attendance.is_withdrawn

),

of_both as (

    select * from of_organisations
    where side is not null
    union all
    select * from of_persons

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
