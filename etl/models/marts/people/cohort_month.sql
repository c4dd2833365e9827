-- One row per person of the cohort (at the lowest threshold) and month: how far review, plan and referral have come, and
-- the latest day by then on which the practice issued take-home naloxone.
-- Made by people.
WITH naloxone_before AS (
    SELECT c.person, c.month, max(s.issued_on) AS naloxone_on
    FROM cohort_base AS c
    INNER JOIN naloxone_supplied AS s ON s.person = c.person AND s.issued_on <= c.month_end
    GROUP BY c.person, c.month
)

SELECT
    c.practice_code,
    c.patient_key,
    c.month,
    c.age_band,
    c.sex,
    c.imd_quintile,
    c.current_ome_milli,
    c.high_gaba,
    c.on_opioid AND (c.with_gabapentinoid OR c.with_sedative) AS opioid_with_depressant,
    x.naloxone_on,
    c.indication_coded,
    coalesce(r.template_on >= c.month - INTERVAL 2 MONTH, false) AS reviewed_3m,
    coalesce(r.template_on >= c.month - INTERVAL 5 MONTH, false) AS reviewed_6m,
    r.template_on IS NOT NULL AS reviewed_12m,
    coalesce(r.other_medicines_documented, false) AS other_medicines_documented,
    l.person IS NOT NULL AS has_management_plan,
    l.named_clinician IS NOT NULL AS has_named_clinician,
    coalesce(l.named_clinician <> l.cover_clinician, false) AS has_cover,
    coalesce(l.alert, false) AS alert,
    coalesce(l.booking_note, false) AS booking_note,
    coalesce(l.pharmacy_asked, false) AS pharmacy_asked,
    l.agreed_pharmacy,
    l.named_clinician IS NOT NULL AND r.reviewer IS NOT NULL AS reviewed_since_named,
    coalesce(r.reviewer IN (l.named_clinician, l.cover_clinician), false) AS reviewed_by_named,
    l.named_clinician,
    l.cover_clinician,
    l.interval_days,
    c.has_plan,
    c.offered,
    c.made,
    c.accepted,
    c.attended,
    c.completed
FROM cohort_base AS c
LEFT JOIN naloxone_before AS x ON x.person = c.person AND x.month = c.month
LEFT JOIN cohort_plan AS l ON l.person = c.person AND l.month = c.month
LEFT JOIN cohort_review AS r ON r.person = c.person AND r.month = c.month
ORDER BY c.practice_code, c.person, c.month
