-- One row per person of the cohort and month end with a review in the 12 months to it (whole months, as all spans of
-- 3, 6 and 12 months here): when on the template, what was documented, and who held the latest since the plan began.
-- Made by people.
SELECT
    c.person,
    c.month,
    max(CASE WHEN r.template = 'ardens' THEN r.reviewed_on END) AS template_on,
    coalesce(bool_or(r.other_meds_on >= c.month - INTERVAL 11 MONTH AND r.other_meds_on <= c.month_end), false)
        AND coalesce(bool_or(r.otc_herbal IN ('yes', 'none taken')), false) AS other_medicines_documented,
    arg_max(r.reviewer, {'on': r.reviewed_on, 'by': r.reviewer})
        FILTER (WHERE r.reviewed_on >= l.started_on AND r.reviewer IS NOT NULL) AS reviewer
FROM cohort_base AS c
INNER JOIN source_reviews AS r
    ON r.patient_key = c.patient_key AND r.reviewed_on >= c.month - INTERVAL 11 MONTH AND r.reviewed_on <= c.month_end
LEFT JOIN cohort_plan AS l ON l.person = c.person AND l.month = c.month
GROUP BY c.person, c.month, c.month_end
