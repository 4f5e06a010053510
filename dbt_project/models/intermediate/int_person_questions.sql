-- One row per question about persons: one name at two employers (G5), a name alone beside two
-- persons with addresses (reading 17), a name alone whose rows contradict each other. Persons are
-- units and keys here, never names; the questions point to rows.
with

persons as (

    select
        person,
        name_key,
        employer_key,
        bool_or(is_homonym) as is_homonym
    from {{ ref('int_persons') }}
    where not is_withdrawn and person is not null and name_key is not null
    group by person, name_key, employer_key

),

-- A name that many have is no hint; a person of several employers is one person already.
names as (

    select name_key
    from persons
    group by name_key
    having min(person) <> max(person) and count(distinct person) <= 4

),

named as (

    select
        persons.*,
        organisations.name as employer,
        case
            when persons.person like 'name:%'
                then 'name:' || persons.name_key || '@' || coalesce(best.reference, '')
            else persons.person
        end as reference
    from persons
    semi join names on persons.name_key = names.name_key
    left join {{ ref('int_organisations') }} as organisations
        on persons.employer_key = organisations.org_key
    left join {{ ref('int_organisation_references') }} as best
        on persons.employer_key = best.org_key and best.is_best

),

pairs as (

    select
        one.person as one_person,
        other.person as other_person,
        min(list_sort([one.reference, other.reference])) as parts,
        min(
            'The rows below name one person at ' || {{ quoted('one.employer') }} || ' and at '
            || {{ quoted('other.employer') }} || ': the same person?'
        ) as sentence
    from named as one
    inner join named as other
        on one.name_key = other.name_key and one.person < other.person
    where one.employer_key is distinct from other.employer_key
    group by one.person, other.person
    union all
    select
        other.person as one_person,
        one.person as other_person,
        list_sort([one.reference, other.reference]) as parts,
        'Rows without an address name a person at ' || {{ quoted('one.employer') }}
        || ', where two persons with addresses have that name: is it this one?' as sentence
    from named as one
    inner join named as other
        on one.name_key = other.name_key and one.employer_key = other.employer_key
    where one.is_homonym and other.person like 'email:%'

),

decided_pairs as (

    select
        one,
        other
    from {{ ref('int_decided_person_pairs') }}
    union
    select
        other as one,
        one as other
    from {{ ref('int_decided_person_pairs') }}

),

same_or_not as (

    select
        'persons' as kind,
        'persons' as decides,
        array_to_string(pairs.parts, ' | ') as subject,
        pairs.parts,
        pairs.sentence,
        'same: every KPI counts them once; different: they stay two.' as effect,
        ['same', 'different'] as answers,
        pairs.one_person,
        pairs.other_person,
        cast(null as varchar) as usual_gender
    from pairs
    anti join decided_pairs
        on pairs.one_person = decided_pairs.one and pairs.other_person = decided_pairs.other

),

-- The gender that most rows state is the one person's, rows with another may be somebody else's.
genders as (

    select
        person,
        gender,
        count(*) as row_count
    from {{ ref('int_attendance') }}
    where not is_withdrawn and person like 'name:%' and gender in ('f', 'm', 'x')
    group by person, gender

),

of_two_genders as (

    select
        person,
        first(gender order by row_count desc, gender asc) as usual_gender
    from genders
    group by person
    having count(*) > 1

),

contradicting as (

    select
        of_two_genders.person,
        of_two_genders.usual_gender,
        persons.name_key,
        persons.employer_key
    from of_two_genders
    inner join persons on of_two_genders.person = persons.person

),

one_or_two as (

    select
        'homonyms' as kind,
        'split' as decides,
        'name:' || contradicting.name_key || '@' || coalesce(best.reference, '') as subject,
        cast([] as varchar[]) as parts,
        'The rows below name one person at ' || {{ quoted('organisations.name') }}
        || ', but state two genders: one person or two?' as sentence,
        'split: the rows marked 2 are a person of their own; one: nothing changes.' as effect,
        ['split', 'one'] as answers,
        contradicting.person as one_person,
        contradicting.person as other_person,
        contradicting.usual_gender
    from contradicting
    left join {{ ref('int_organisations') }} as organisations
        on contradicting.employer_key = organisations.org_key
    left join {{ ref('int_organisation_references') }} as best
        on contradicting.employer_key = best.org_key and best.is_best

)

select * from same_or_not
union all by name
select * from one_or_two
