{#- Rule codes that a KPI's own filters explain better than INVALID would. -#}
{% macro codes_left_to_filters() -%}
    ('E04', 'E12', 'E13')
{%- endmacro %}

{#- 'INVALID:<rule>' when one of `errors` ("column:code") touches a column that the KPI uses
    (G9), else null. `tolerated` errors are those that the KPI has another way around. Rows
    without an error, nearly all, are not looked through. -#}
{% macro invalid(errors, columns, tolerated=[]) -%}
    case
        when len({{ errors }}) > 0 then
            'INVALID:' || list_filter(
                {{ errors }},
                lambda error: split_part(error, ':', 1) in ('{{ columns | join("', '") }}')
                and split_part(error, ':', 2) not in {{ codes_left_to_filters() }}
                and error not in ('{{ (tolerated or ['']) | join("', '") }}')
            )[1][-3:]
    end
{%- endmacro %}

{#- One fate per row (G9): the earliest qualifying row of a unit is counted, the others are
    duplicates of it. Expects a relation with policy, register, row_id, reported_by, record_key,
    unit, counting_date, reason (null: qualifies), is_pending, preference (smaller is told
    first); ties are broken by what the row says, never by where it stands. Who asks for neither
    fate nor duplicate_of does not pay for finding the earliest. -#}
{% macro fates(kpi, candidates) -%}
    select
        '{{ kpi }}' as kpi,
        candidates.policy,
        candidates.register,
        candidates.row_id,
        candidates.reported_by,
        candidates.record_key,
        candidates.unit,
        candidates.counting_date,
        cast(candidates.preference as integer) as preference,
        case
            when candidates.reason is not null then candidates.reason
            when candidates.unit is null then 'NOT_IDENTIFIED'
        end as reason,
        candidates.is_pending,
        case
            when candidates.reason is not null or candidates.unit is null
                then
                    case when candidates.is_pending then 'pending:' else 'excluded:' end
                    || coalesce(candidates.reason, 'NOT_IDENTIFIED')
            when candidates.row_id = earliest.row_id then 'counted'
            else 'duplicate_of'
        end as fate,
        case
            when
                candidates.reason is null
                and candidates.unit is not null
                and candidates.row_id <> earliest.row_id
                then earliest.row_id
        end as duplicate_of,
        candidates.reason is null and candidates.unit is not null as qualifies
    from {{ candidates }} as candidates
    left join (
        select
            policy,
            unit,
            min(
                struct_pack(
                    counting_date := counting_date,
                    preference := preference,
                    reported_by := reported_by,
                    record_key := record_key,
                    row_id := row_id
                )
            ).row_id as row_id
        from {{ candidates }}
        where reason is null and unit is not null
        group by policy, unit
    ) as earliest
        on
            candidates.unit = earliest.unit
            and candidates.policy is not distinct from earliest.policy
{%- endmacro %}
