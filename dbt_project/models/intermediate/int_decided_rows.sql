-- One row per row of a register that a decision names, as `row <partner> <register> <record_key>`:
-- the newest decision of each kind.
with

named as (

    select
        decision_id,
        kind,
        subject,
        answer,
        parts[1] as first_part,
        unnest(parts) as part
    from {{ ref('stg_decisions') }}
    where kind in ('split', 'conflict', 'kpi')

)

select
    decision_id,
    kind,
    subject,
    answer,
    case when kind = 'kpi' then first_part end as kpi,
    regexp_extract(part, '^row (\S+) (\S+) (.*)$', 1, 's') as reported_by,
    regexp_extract(part, '^row (\S+) (\S+) (.*)$', 2, 's') as register,
    regexp_extract(part, '^row (\S+) (\S+) (.*)$', 3, 's') as record_key
from named
where part like 'row %'
qualify
    row_number() over (
        partition by kind, case when kind = 'kpi' then first_part end, part
        order by decision_id desc
    ) = 1
