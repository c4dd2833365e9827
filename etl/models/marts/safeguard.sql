-- One row per best-interest decision and safeguard: whether it is done. Items: Lancashire and South Cumbria position
-- statement; what counts as done is our own convention (docs/glossary.md).
WITH item AS (
    SELECT
        practice_code,
        patient_key,
        record_id,
        decided_on,
        unnest([
            {'number': 1, 'safeguard': 'evidence discussed', 'done': evidence_discussed IN ('discussed', 'attempted')},
            {'number': 2, 'safeguard': 'harms discussed', 'done': harms_discussed IN ('discussed', 'attempted')},
            {'number': 3, 'safeguard': 'dependence discussed', 'done': dependence_discussed IN ('discussed', 'attempted')},
            {'number': 4, 'safeguard': 'tapering discussed', 'done': tapering_discussed IN ('discussed', 'attempted')},
            {'number': 5, 'safeguard': 'biopsychosocial approach', 'done': biopsychosocial IN ('discussed', 'attempted')},
            {'number': 6, 'safeguard': 'referral', 'done':
                list_has_any(services, ['offered', 'already done', 'declined'])
                OR (list_contains(services, 'not appropriate') AND not_appropriate_reason IS NOT NULL)},
            {'number': 7, 'safeguard': 'reasons and options explained', 'done': options_explained_on IS NOT NULL},
            {'number': 8, 'safeguard': 'second opinion', 'done':
                second_opinion IN ('offered', 'taken') AND NOT coalesce(second_opinion_by = decided_by, false)}
        ]) AS item
    FROM (
        SELECT *, [social_prescriber, physiotherapy, mental_health, pain_specialist, drug_alcohol] AS services
        FROM source_best_interest
    )
)

SELECT
    practice_code,
    patient_key,
    record_id,
    decided_on,
    CAST(date_trunc('month', decided_on) AS DATE) AS month,
    item.number AS number,
    item.safeguard AS safeguard,
    coalesce(item.done, false) AS is_done
FROM item
ORDER BY practice_code, decided_on, record_id, number
