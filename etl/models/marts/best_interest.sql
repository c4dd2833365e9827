-- One row per best-interest decision: which safeguards are missing. Source: Lancashire and South Cumbria position
-- statement; the rule for "supported" is our own convention (docs/glossary.md).
WITH checked AS (
    SELECT
        *,
        concat_ws('; ',
            CASE WHEN coalesce(evidence_discussed, 'not done') = 'not done' THEN 'evidence discussed' END,
            CASE WHEN coalesce(harms_discussed, 'not done') = 'not done' THEN 'harms discussed' END,
            CASE WHEN coalesce(dependence_discussed, 'not done') = 'not done' THEN 'dependence discussed' END,
            CASE WHEN coalesce(tapering_discussed, 'not done') = 'not done' THEN 'tapering discussed' END,
            CASE WHEN coalesce(biopsychosocial, 'not done') = 'not done' THEN 'biopsychosocial approach' END,
            CASE WHEN NOT coalesce(
                list_has_any(
                    [social_prescriber, physiotherapy, mental_health, pain_specialist, drug_alcohol],
                    ['offered', 'already done', 'declined'])
                OR (list_contains(
                    [social_prescriber, physiotherapy, mental_health, pain_specialist, drug_alcohol],
                    'not appropriate') AND not_appropriate_reason IS NOT NULL), false) THEN 'referral' END,
            CASE WHEN options_explained_on IS NULL THEN 'reasons and options explained' END,
            CASE WHEN coalesce(second_opinion, 'not offered') = 'not offered'
                OR coalesce(second_opinion_by = decided_by, false) THEN 'second opinion' END
        ) AS missing
    FROM source_best_interest
)

SELECT practice_code, patient_key, record_id, decided_on, missing = '' AS supported, missing
FROM checked
ORDER BY practice_code, decided_on, record_id
