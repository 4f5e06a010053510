-- One row per service: versions of a code are one service, and so are codes whose version names
-- another one ("v2 of SV1").
with recursive

candidates as (

    select *
    from {{ ref('stg_services') }}
    where not is_withdrawn and service_id is not null

),

-- A version may be "2" or "B"; only what cannot be mistaken for one is the code of a service.
codes as (

    select distinct
        service_id,
        upper(service_id) as word
    from candidates
    where length(service_id) >= 3 and regexp_matches(service_id, '\pL')

),

words_of_versions as (

    select distinct
        service_id,
        unnest(string_split_regex(upper(version), '[^\pL\pN_-]+')) as word
    from candidates

),

new_versions as (

    select distinct
        words_of_versions.service_id,
        codes.service_id as earlier_id
    from words_of_versions
    inner join codes
        on
            words_of_versions.word = codes.word
            and words_of_versions.service_id <> codes.service_id

),

edges as (

    select
        service_id as one,
        earlier_id as other
    from new_versions
    union
    select
        earlier_id as one,
        service_id as other
    from new_versions

),

reachable as (

    select distinct
        service_id,
        service_id as reached
    from candidates
    union
    select
        reachable.service_id,
        edges.other as reached
    from reachable
    inner join edges on reachable.reached = edges.one

),

-- The code that names no other is the first version; it names the service.
families as (

    select
        reachable.service_id,
        first(
            reachable.reached
            order by new_versions.service_id is not null, reachable.reached
        ) as service_key
    from reachable
    left join new_versions on reachable.reached = new_versions.service_id
    group by reachable.service_id

),

-- Where rows differ, the first code's newest delivery states the facts (G7).
members as (

    select
        candidates.*,
        families.service_key,
        row_number() over (
            partition by families.service_key
            order by
                candidates.service_id <> families.service_key,
                cast(candidates.received_at as date) desc,
                candidates.reported_by,
                candidates.record_key asc,
                candidates.content_hash asc,
                candidates.row_id asc
        ) as statement_rank,
        len(list_distinct(candidates.providers)) >= project.joint_min_partners as is_joint
    from candidates
    inner join families on candidates.service_id = families.service_id
    cross join {{ ref('stg_project') }} as project

)

select
    service_key,
    list_sort(list(distinct service_id)) as service_ids,
    any_value(title) filter (where statement_rank = 1) as title,
    any_value(category) filter (where statement_rank = 1) as category,
    any_value(objective) filter (where statement_rank = 1) as objective,
    any_value(target_group) filter (where statement_rank = 1) as target_group,
    any_value(errors) filter (where statement_rank = 1) as errors,
    list_sort(list(distinct action_code) filter (where action_code is not null)) as action_codes,
    list_sort(list_distinct(flatten(list(providers)))) as providers,
    list_sort(list_distinct(flatten(list(countries)))) as countries,
    bool_or(is_joint) as is_joint,
    min(first_offered_date)
    filter (where status in ('approved', 'offered', 'retired')) as first_offered_date,
    case
        when bool_and(retired_date is not null or status = 'retired')
            then max(coalesce(retired_date, date '0001-01-01'))
    end as retired_date
from members
group by service_key
