-- One row per question, side and row of a register that shows what it is about, with its place.
select
    shown.question_id,
    shown.side,
    register_rows.register,
    register_rows.row_id,
    register_rows.reported_by,
    register_rows.record_key,
    register_rows.delivery_id,
    register_rows.file_name,
    register_rows.sheet,
    register_rows.row_number,
    register_rows.cell_range
from {{ ref('int_question_rows') }} as shown
inner join {{ ref('int_register_rows') }} as register_rows
    on shown.register = register_rows.register and shown.row_id = register_rows.row_id
