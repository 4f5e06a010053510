{#- Rows of one register as they stand: those of each partner's delivery in force, and the
    last version of every row that has disappeared since (is_withdrawn, rule G7). -#}
{% macro current_rows(register, columns) -%}
with

accepted as (

    select
        register_rows.*,
        deliveries.sequence,
        deliveries.received_at,
        deliveries.is_in_force
    from {{ source('register', register) }} as register_rows
    inner join {{ ref('stg_deliveries') }} as deliveries
        on register_rows.delivery_id = deliveries.delivery_id
    where deliveries.state = 'accepted'

),

newest_version as (

    select *
    from accepted
    qualify
        dense_rank() over (
            partition by reported_by, record_key
            order by sequence desc
        ) = 1

)

select
    md5(concat_ws('|', delivery_id, file_sha256, sheet, row_number)) as row_id,
    reported_by,
    delivery_id,
    record_key,
    content_hash,
    file_sha256,
    file_name,
    sheet,
    row_number,
    cell_range,
    errors,
    warnings,
    received_at,
    not is_in_force as is_withdrawn,
    {% for column in columns -%}
        {{ column }}{{ "," if not loop.last }}
    {% endfor -%}
from newest_version
{%- endmacro %}
