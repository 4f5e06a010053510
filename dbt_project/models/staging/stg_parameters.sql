select
    k_4a_m1_scope,
    k_4a_m1_min_hours,
    count_renewals,
    allow_virtual,
    require_closing_report,
    visitor_once,
    visitor_once_waivers,
    o4_denominator,
    count_agreements,
    attendance_implies_investment,
    o2_headline,
    include_cluster_staff,
    include_job_seekers,
    mass_withdrawal_share
from {{ source('declared', 'parameters') }}
