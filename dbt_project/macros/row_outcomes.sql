{#- Rule codes that a KPI's own filters explain better than INVALID would. -#}
{% macro codes_left_to_filters() -%}
    ('E04', 'E12', 'E13')
{%- endmacro %}

{#- 'INVALID:<rule>' when one of `errors` ("column:code") touches a column that the KPI uses
    (G9), else null. `tolerated` errors are those that the KPI has another way around. -#}
{% macro invalid(errors, columns, tolerated=[]) -%}
    (
        'INVALID:' || list_filter(
            {{ errors }},
            lambda error: split_part(error, ':', 1) in ('{{ columns | join("', '") }}')
            and split_part(error, ':', 2) not in {{ codes_left_to_filters() }}
            and error not in ('{{ (tolerated or ['']) | join("', '") }}')
        )[1][-3:]
    )
{%- endmacro %}

{#- One fate per row (G9): the earliest qualifying row of a unit is counted, the others are
    duplicates of it. Expects a relation with policy, register, row_id, reported_by, record_key,
    unit, counting_date, reason (null: qualifies), is_pending, preference (smaller is told
    first); ties are broken by what the row says, never by where it stands. -#}
{% macro fates(kpi, candidates) -%}
    select
        '{{ kpi }}' as kpi,
        policy,
        register,
        row_id,
        reported_by,
        unit,
        counting_date,
        case
            when row_number() over by_unit = 1 then 'counted'
            else 'duplicate_of'
        end as fate,
        case
            when row_number() over by_unit > 1 then first_value(row_id) over by_unit
        end as duplicate_of,
        true as qualifies
    from {{ candidates }}
    where reason is null and unit is not null
    window
        by_unit as (
            partition by policy, unit
            order by counting_date, preference, reported_by, record_key, row_id
        )
    union all
    select
        '{{ kpi }}' as kpi,
        policy,
        register,
        row_id,
        reported_by,
        unit,
        counting_date,
        case when is_pending then 'pending:' else 'excluded:' end
        || coalesce(reason, 'NOT_IDENTIFIED') as fate,
        cast(null as varchar) as duplicate_of,
        false as qualifies
    from {{ candidates }}
    where reason is not null or unit is null
{%- endmacro %}
