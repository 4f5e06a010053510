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
    newest_accepted.sequence is not null as is_in_force,
    deliveries.sequence
    = max(deliveries.sequence) over (
        partition by deliveries.reported_by, deliveries.register
    ) as is_newest
from deliveries
left join newest_accepted
    on
        deliveries.reported_by = newest_accepted.reported_by
        and deliveries.register = newest_accepted.register
        and deliveries.sequence = newest_accepted.sequence
