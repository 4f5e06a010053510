{#- The cells of a row, like A7:N7, from its columns, like A:N. -#}
{% macro cell_range() -%}
    replace(cell_columns, ':', cast(row_number as varchar) || ':') || cast(row_number as varchar)
{%- endmacro %}

{#- Rows of one register as they stand: those of each partner's delivery in force, and the
    last version of every row that has disappeared since (is_withdrawn, rule G7). -#}
{% macro current_rows(register, columns) -%}
with

in_force as (

    select
        register_rows.*,
        deliveries.received_at,
        deliveries.sequence,
        deliveries.row_prefix,
        false as is_withdrawn
    from {{ source('register', register) }} as register_rows
    inner join {{ ref('stg_deliveries') }} as deliveries
        on register_rows.delivery_set = deliveries.delivery_id
    where deliveries.is_in_force and deliveries.register = '{{ register }}'

),

-- Only what has disappeared is ranked: history is long, and little of it is gone. The keys in force
-- are read once more, and only of partners with a history: rows that are asked for twice would all
-- be held in memory.
withdrawn as (

    select
        register_rows.*,
        deliveries.received_at,
        deliveries.sequence,
        deliveries.row_prefix,
        true as is_withdrawn
    from {{ source('register', register) }} as register_rows
    inner join {{ ref('stg_deliveries') }} as deliveries
        on register_rows.delivery_set = deliveries.delivery_id
    anti join (
        select
            keys.reported_by,
            keys.record_key
        from {{ source('register', register) }} as keys
        inner join {{ ref('stg_deliveries') }} as present
            on keys.delivery_set = present.delivery_id
        semi join {{ ref('stg_deliveries') }} as past
            on
                present.reported_by = past.reported_by
                and past.register = '{{ register }}'
                and past.state = 'accepted'
                and not past.is_in_force
        where present.is_in_force and present.register = '{{ register }}'
    ) as standing_keys
        on
            register_rows.reported_by = standing_keys.reported_by
            and register_rows.record_key = standing_keys.record_key
    where
        deliveries.state = 'accepted'
        and not deliveries.is_in_force
        and deliveries.register = '{{ register }}'
    qualify
        dense_rank() over (
            partition by register_rows.reported_by, register_rows.record_key
            order by deliveries.sequence desc
        ) = 1

),

standing as (

    select * from in_force
    union all
    select * from withdrawn

)

select
    row_prefix || to_base(file_row_number, 36, 5) as row_id,
    reported_by,
    delivery_set,
    record_key,
    content_hash,
    file_sha256,
    file_name,
    sheet,
    row_number,
    {{ cell_range() }} as cell_range,
    errors,
    warnings,
    received_at,
    is_withdrawn,
    {{ columns | join(',\n    ') }}
from standing
{%- endmacro %}
