-- One row per version of a row of a register, with when it was known: from the delivery that
-- brought it to the one that no longer had it (G7). Of the attendance register only what has a
-- history: rows that were changed or have disappeared; all others are known since their delivery.
{% set registers = [
    'organisations', 'trainings', 'attendance', 'training_plans', 'label_applications', 'exchanges',
    'services', 'service_deliveries', 'sme_investments', 'pacts', 'cooperations', 'activities',
] %}
with

accepted as (

    select
        delivery_id,
        reported_by,
        register,
        received_at,
        row_number() over by_sequence as position,
        lead(received_at) over by_sequence as followed_at,
        count(*) over (partition by reported_by, register) as deliveries
    from {{ ref('stg_deliveries') }}
    where state = 'accepted'
    window by_sequence as (partition by reported_by, register order by sequence)

),

{% for register in registers -%}
    {{ register }}_seen as (

        select
            accepted.register,
            accepted.reported_by,
            accepted.delivery_id,
            accepted.position,
            accepted.received_at,
            accepted.followed_at,
            register_rows.record_key,
            register_rows.content_hash,
            min(
                struct_pack(
                    row_number := register_rows.row_number,
                    sheet := register_rows.sheet,
                    file_name := register_rows.file_name,
                    file_sha256 := register_rows.file_sha256,
                    cell_range := {{ cell_range() }}
                )
            ) as place
        from {{ source('register', register) }} as register_rows
        inner join accepted
            on
                register_rows.delivery_set = accepted.delivery_id
                and accepted.register = '{{ register }}'
        {% if register == 'attendance' -%}
            where accepted.deliveries > 1
        {% endif -%}
        group by all

    ),

{% endfor %}

seen as (

    {% for register in registers -%}
        select * from {{ register }}_seen
        {{ "union all" if not loop.last }}
    {% endfor %}

),

-- Deliveries in which a row stands unchanged, one after the other, are one version of it.
followed as (

    select
        *,
        position - row_number() over (
            partition by register, reported_by, record_key, content_hash
            order by position
        ) as stretch
    from seen

),

versions as (

    select
        register,
        reported_by,
        record_key,
        content_hash,
        min(received_at) as seen_from,
        max_by(followed_at, position) as last_followed_at,
        bool_or(followed_at is null) as is_current,
        min_by(delivery_id, position) as delivery_id,
        min_by(place, position) as place
    from followed
    group by register, reported_by, record_key, content_hash, stretch

)

select
    register,
    reported_by,
    record_key,
    content_hash,
    seen_from,
    case when not is_current then last_followed_at end as seen_to,
    is_current,
    delivery_id,
    place.file_sha256,
    place.file_name,
    place.sheet,
    place.row_number,
    place.cell_range
from versions
qualify
    register <> 'attendance'
    or not is_current
    or count(*) over (partition by register, reported_by, record_key) > 1
