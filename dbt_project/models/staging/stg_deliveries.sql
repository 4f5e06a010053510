-- One row per delivery set, with which is in force, and seven letters that begin the row_id of its
-- rows: the first of two sets with the same ones keeps them.
with

deliveries as (

    -- Only what had been received by the moment that the build is about. A delivery that was held
    -- back is accepted when the steward says so (G7).
    select
        delivered.* replace (
            case
                when delivered.state = 'held' and confirmed.decision_id is not null
                    then 'accepted'
                else delivered.state
            end as state
        )
    from {{ source('delivery', 'deliveries') }} as delivered
    left join {{ ref('stg_decisions') }} as confirmed
        on
            confirmed.kind = 'withdrawal'
            and confirmed.answer = 'accept'
            and delivered.delivery_id = confirmed.parts[1]
    where delivered.received_at <= {{ known_until() }}

),

numbered as (

    select
        delivery_id,
        received_at,
        md5_number_lower(delivery_id) % cast(36 ** 7 as ubigint) as number
    from deliveries

),

prefixes as (

    select
        delivery_id,
        to_base(
            cast(
                number + row_number() over (partition by number order by received_at, delivery_id)
                - 1 as bigint
            ),
            36,
            7
        )[-7:] as row_prefix
    from numbered

),

newest_accepted as (

    select
        reported_by,
        register,
        max(sequence) as sequence
    from deliveries
    where state = 'accepted'
    group by reported_by, register

)

select
    deliveries.delivery_id,
    deliveries.reported_by,
    deliveries.register,
    deliveries.sequence,
    deliveries.state,
    deliveries.reason,
    deliveries.received_at,
    deliveries.content_hash,
    deliveries.file_names,
    deliveries.file_hashes,
    deliveries.rows_read,
    deliveries.rows_refused,
    deliveries.rows_doubtful,
    deliveries.rows_withdrawn,
    prefixes.row_prefix,
    newest_accepted.sequence is not null as is_in_force,
    deliveries.sequence
    = max(deliveries.sequence) over (
        partition by deliveries.reported_by, deliveries.register
    ) as is_newest
from deliveries
inner join prefixes on deliveries.delivery_id = prefixes.delivery_id
left join newest_accepted
    on
        deliveries.reported_by = newest_accepted.reported_by
        and deliveries.register = newest_accepted.register
        and deliveries.sequence = newest_accepted.sequence
