-- One row per attempt: what arrived, when, in which state. An attempt that brought something new,
-- or a failure of another kind than before, has a delivery set with rows or findings of its own.
with

opening as (

    select * from {{ ref('stg_attempts') }}
    where opened is not null

),

delivery_sets as (

    select
        deliveries.delivery_id,
        deliveries.reported_by as partner,
        deliveries.register,
        deliveries.sequence,
        deliveries.state,
        opening.cause,
        deliveries.reason,
        opening.run_id,
        deliveries.received_at,
        opening.modified_at,
        opening.seconds,
        opening.bytes_read,
        deliveries.file_names,
        deliveries.file_hashes,
        deliveries.rows_read,
        deliveries.rows_refused,
        deliveries.rows_doubtful,
        deliveries.rows_withdrawn,
        deliveries.is_in_force,
        deliveries.is_newest
    from {{ ref('stg_deliveries') }} as deliveries
    left join opening on deliveries.delivery_id = opening.opened

),

nothing_new as (

    select
        attempt_id as delivery_id,
        reported_by as partner,
        register,
        cast(null as bigint) as sequence,
        outcome as state,
        cause,
        detail as reason,
        run_id,
        attempted_at as received_at,
        modified_at,
        seconds,
        bytes_read,
        cast([] as varchar[]) as file_names,
        cast([] as varchar[]) as file_hashes,
        cast(0 as bigint) as rows_read,
        cast(0 as bigint) as rows_refused,
        cast(0 as bigint) as rows_doubtful,
        cast(0 as bigint) as rows_withdrawn,
        false as is_in_force,
        false as is_newest
    from {{ ref('stg_attempts') }}
    where opened is null

)

select * from delivery_sets
union all
select * from nothing_new
