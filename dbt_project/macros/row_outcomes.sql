{#- Rule codes that a KPI's own filters explain better than INVALID would. -#}
{% macro codes_left_to_filters() -%}
    ('E04', 'E12', 'E13')
{%- endmacro %}

{#- 'INVALID:<rule>' when one of `errors` ("column:code") touches a column that the KPI uses
    (G9), else null. -#}
{% macro invalid(errors, columns) -%}
    (
        'INVALID:' || list_filter(
            {{ errors }},
            lambda error: split_part(error, ':', 1) in (
                {%- for column in columns %}'{{ column }}'{{ ", " if not loop.last }}{% endfor -%}
            )
            and split_part(error, ':', 2) not in {{ codes_left_to_filters() }}
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
            when reason is not null and is_pending then 'pending:' || reason
            when reason is not null then 'excluded:' || reason
            when row_number() over by_unit = 1 then 'counted'
            else 'duplicate_of'
        end as fate,
        case
            when reason is null and row_number() over by_unit > 1
                then first_value(row_id) over by_unit
        end as duplicate_of,
        reason is null as qualifies
    from {{ candidates }}
    window
        by_unit as (
            partition by policy, unit, reason is null
            order by counting_date, preference, reported_by, record_key, row_id
        )
{%- endmacro %}
