{{ config(materialized='view') }}
-- What the rules say of each row for each KPI, and what a steward has decided instead (G14): one row
-- per KPI, policy and row. decision_id: a decision has changed what the rules say.
with

-- Rows that decisions name, as they stand; what is decided of 4a.O3 holds in 4a.O4 as well, but an
-- exchange that is included still has to involve an SME. 4a.O4 alone includes nothing: it counts
-- exchanges of 4a.O3.
named_rows as (

    select
        unnest(
            case when decided.kpi = '4a.O3' then ['4a.O3', '4a.O4'] else [decided.kpi] end
        ) as kpi,
        decided.kpi as decided_kpi,
        decided.decision_id,
        decided.answer,
        register_rows.register,
        register_rows.row_id
    from {{ ref('int_decided_rows') }} as decided
    inner join {{ ref('int_register_rows') }} as register_rows
        on
            decided.register = register_rows.register
            and decided.reported_by = register_rows.reported_by
            and decided.record_key = register_rows.record_key
    where
        decided.kind = 'kpi'
        and not register_rows.is_withdrawn
        and not (decided.kpi = '4a.O4' and decided.answer = 'include')

),

named as (

    select
        ruled.kpi,
        ruled.policy,
        ruled.unit,
        ruled.register,
        ruled.row_id,
        ruled.counting_date,
        named_rows.decided_kpi,
        named_rows.decision_id,
        named_rows.answer
    from {{ ref('int_kpi_ruled') }} as ruled
    inner join named_rows
        on
            ruled.kpi = named_rows.kpi
            and ruled.register = named_rows.register
            and ruled.row_id = named_rows.row_id
    where ruled.unit is not null

),

forced as (

    select
        named.kpi,
        named.policy,
        named.register,
        named.row_id
    from named
    cross join {{ ref('stg_project') }} as project
    left join {{ ref('int_exchanges') }} as exchanges on named.row_id = exchanges.row_id
    where
        named.answer = 'include'
        and named.counting_date between project.first_day and project.last_day
        and (
            named.kpi = named.decided_kpi
            or {{ counts_as_sme('exchanges.vo_sme_status', 'named.policy') }}
            or {{ counts_as_sme('exchanges.ho_sme_status', 'named.policy') }}
        )

),

decided as (

    select
        kpi,
        unit,
        answer,
        decision_id
    from {{ ref('int_decided_units') }}
    union
    select
        kpi,
        unit,
        answer,
        decision_id
    from named

),

decided_units as (

    select
        kpi,
        unit,
        max_by(answer, decision_id) as answer,
        max(decision_id) as decision_id
    from decided
    group by kpi, unit

)

select
    ruled.kpi,
    ruled.policy,
    ruled.register,
    ruled.row_id,
    ruled.reported_by,
    ruled.record_key,
    ruled.unit,
    ruled.counting_date,
    ruled.preference,
    case
        when decided_units.answer = 'exclude' then coalesce(ruled.reason, 'MANUAL')
        when forced.row_id is null then ruled.reason
    end as reason,
    ruled.is_pending,
    case
        when decided_units.answer = 'exclude' and ruled.reason is null
            then decided_units.decision_id
        when forced.row_id is not null and ruled.reason is not null
            then decided_units.decision_id
    end as decision_id
from {{ ref('int_kpi_ruled') }} as ruled
left join decided_units
    on ruled.kpi = decided_units.kpi and ruled.unit = decided_units.unit
left join forced
    on
        decided_units.answer = 'include'
        and ruled.kpi = forced.kpi
        and ruled.policy is not distinct from forced.policy
        and ruled.register = forced.register
        and ruled.row_id = forced.row_id
