-- Each row is shown with its file and cells: its place is known.
with

places_of_rows as (

    select distinct place
    from {{ ref('int_attendance') }}

)

select places_of_rows.place
from places_of_rows
anti join {{ ref('int_attendance_places') }} as places on places_of_rows.place = places.place
