select
    findings.delivery_id,
    findings.reported_by,
    findings.register,
    findings.code,
    findings.severity,
    findings.column_name,
    findings.file_sha256,
    findings.sheet,
    findings.row_number,
    findings.cell,
    findings.value,
    findings.message,
    deliveries.is_in_force,
    deliveries.is_newest
from {{ source('delivery', 'findings') }} as findings
inner join {{ ref('stg_deliveries') }} as deliveries
    on findings.delivery_id = deliveries.delivery_id
