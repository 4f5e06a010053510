-- One row per closed period: who closed it, when, with which publication.
select
    release,
    closed_period,
    closed_until,
    released_at,
    approved_by,
    note,
    publication_id,
    sme_policy
from {{ source('release', 'releases') }}
