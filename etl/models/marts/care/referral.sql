-- One row per offer of referral: how far it came by the end of the data, and the patient's dose that month.
SELECT
    r.practice_code,
    r.patient_key,
    r.referral_id,
    r.service,
    r.reason,
    r.offered_on,
    CAST(date_trunc('month', r.offered_on) AS DATE) AS month,
    r.offer_outcome,
    r.declined_reason,
    r.referred_on,
    r.accepted_on,
    r.rejected_on,
    r.first_contact_on,
    r.did_not_attend_on,
    r.completed_on,
    true AS is_offered,
    r.referred_on IS NOT NULL AS is_made,
    r.accepted_on IS NOT NULL AS is_accepted,
    r.first_contact_on IS NOT NULL AS is_attended,
    r.completed_on IS NOT NULL AS is_completed,
    date_diff('day', r.referred_on, r.first_contact_on) AS days_to_contact,
    m.current_ome_milli,
    coalesce(m.is_adult AND NOT m.excluded, false) AS in_cohort_base,
    coalesce(m.high_gaba, false) AS high_gaba,
    coalesce(s.type = 'musculoskeletal', false) AS to_msk,
    coalesce(s.type = 'musculoskeletal' AND r.reason IS DISTINCT FROM 'musculoskeletal pain', false) AS msk_mismatch,
    CASE
        WHEN r.offer_outcome IS DISTINCT FROM 'declined' THEN NULL
        WHEN r.declined_reason IS NULL THEN 'no reason recorded'
        ELSE coalesce(w.words, 'another reason')
    END AS declined_as,
    CASE
        WHEN r.rejected_on IS NULL THEN NULL
        WHEN r.rejected_reason IS NULL THEN 'no reason recorded'
        ELSE coalesce(j.words, 'another reason')
    END AS rejected_as
FROM source_referrals AS r
LEFT JOIN patient_month AS m
    ON m.patient_key = r.patient_key AND m.month = CAST(date_trunc('month', r.offered_on) AS DATE)
LEFT JOIN service AS s ON s.name = r.service
LEFT JOIN declined_words AS w ON w.words = lower(trim(r.declined_reason))
LEFT JOIN rejected_words AS j ON j.words = lower(trim(r.rejected_reason))
ORDER BY r.practice_code, r.patient_key, r.offered_on
