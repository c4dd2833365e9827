-- One row per referral that led to a first contact, in the month of that contact: the days it took.
SELECT
    practice_code,
    patient_key,
    referral_id,
    service,
    CAST(date_trunc('month', first_contact_on) AS DATE) AS month,
    days_to_contact,
    current_ome_milli,
    in_cohort_base,
    high_gaba
FROM referral
WHERE days_to_contact >= 0
ORDER BY practice_code, first_contact_on, referral_id
