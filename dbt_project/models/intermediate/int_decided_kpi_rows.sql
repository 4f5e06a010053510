-- One row per KPI, policy and row of a register that a decision on that KPI names (G14), as the
-- rules see it.
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

)

select * from named
