-- One row per review: what was found and agreed, and the person's dose at the end of that month.
-- Made by people.
SELECT
    r.practice_code,
    r.patient_key,
    r.reviewed_on,
    CAST(date_trunc('month', r.reviewed_on) AS DATE) AS month,
    r.pain_score,
    r.indication_clear,
    r.outcome,
    r.next_due,
    m.current_ome_milli,
    coalesce(m.is_adult AND NOT m.excluded, false) AS in_cohort_base
FROM source_reviews AS r
LEFT JOIN patient_month AS m
    ON m.patient_key = r.patient_key AND m.month = CAST(date_trunc('month', r.reviewed_on) AS DATE)
ORDER BY r.practice_code, r.patient_key, r.reviewed_on
