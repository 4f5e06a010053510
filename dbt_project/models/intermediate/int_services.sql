-- One row per service: versions, and codes whose version names another service, are one.
with

candidates as (

    select
        services.*,
        coalesce(earlier.service_id, services.service_id) as service_key
    from {{ ref('stg_services') }} as services
    left join (
        select distinct service_id
        from {{ ref('stg_services') }}
        where not is_withdrawn and service_id is not null
    ) as earlier
        on
            list_contains(
                string_split_regex(upper(services.version), '[^[:alnum:]_-]+'),
                upper(earlier.service_id)
            )
            and earlier.service_id <> services.service_id
    where not services.is_withdrawn and services.service_id is not null
    qualify row_number() over (partition by services.row_id order by earlier.service_id) = 1

)

select
    candidates.service_key,
    list_sort(list(distinct candidates.service_id)) as service_ids,
    first(candidates.title order by candidates.service_id <> candidates.service_key, candidates.row_id)
        as title,
    first(candidates.category order by candidates.service_id <> candidates.service_key, candidates.row_id)
        as category,
    first(candidates.objective order by candidates.service_id <> candidates.service_key, candidates.row_id)
        as objective,
    first(candidates.target_group order by candidates.service_id <> candidates.service_key, candidates.row_id)
        as target_group,
    list_sort(list_distinct(list_filter(list(candidates.action_code), lambda code: code is not null)))
        as action_codes,
    list_sort(list_distinct(flatten(list(candidates.providers)))) as providers,
    list_sort(list_distinct(flatten(list(candidates.countries)))) as countries,
    len(list_distinct(flatten(list(candidates.providers)))) >= any_value(project.joint_min_partners)
        as is_joint,
    min(candidates.first_offered_date)
        filter (where candidates.status in ('approved', 'offered', 'retired')) as first_offered_date,
    case
        when bool_and(candidates.retired_date is not null or candidates.status = 'retired')
            then max(coalesce(candidates.retired_date, date '0001-01-01'))
    end as retired_date,
    bool_or(candidates.status in ('approved', 'offered')) as is_offered_now
from candidates
cross join {{ ref('stg_project') }} as project
group by candidates.service_key
