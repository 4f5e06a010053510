-- Parameters in force: one row per parameter of the specification.
unpivot (
    select
        cast(k_4a_m1_scope as varchar) as k_4a_m1_scope,
        cast(k_4a_m1_min_hours as varchar) as k_4a_m1_min_hours,
        cast(count_renewals as varchar) as count_renewals,
        cast(allow_virtual as varchar) as allow_virtual,
        cast(require_closing_report as varchar) as require_closing_report,
        cast(visitor_once as varchar) as visitor_once,
        cast(visitor_once_waivers as varchar) as visitor_once_waivers,
        coalesce(cast(o4_denominator as varchar), 'actual') as o4_denominator,
        cast(count_agreements as varchar) as count_agreements,
        cast(attendance_implies_investment as varchar) as attendance_implies_investment,
        cast(o2_headline as varchar) as o2_headline,
        cast(include_cluster_staff as varchar) as include_cluster_staff,
        cast(include_job_seekers as varchar) as include_job_seekers,
        cast(mass_withdrawal_share as varchar) as mass_withdrawal_share
    from {{ ref('stg_parameters') }}
)
on columns(*)
into name parameter value value
