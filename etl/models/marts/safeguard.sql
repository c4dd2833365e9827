-- One row per best-interest decision and safeguard asked for, by number. Blank is never done. Source: Lancashire and
-- South Cumbria position statement; that all of them are needed is our own convention.
WITH said AS (
    SELECT
        *,
        [social_prescriber, physiotherapy, mental_health, pain_specialist, drug_alcohol] AS services,
        coalesce(list_contains(
            [evidence_discussed, harms_discussed, dependence_discussed, tapering_discussed, biopsychosocial], 'attempted'
        ), false) OR (reasons_discussed_on IS NULL AND coalesce(engaged = 'no', false)) AS only_attempted,
        coalesce(contact_attempts, 0) >= 1 AS tried,
        regexp_replace(lower(coalesce(not_appropriate_reason, '')), '[^a-z]', '', 'g') AS reason
    FROM source_best_interest
),

judged AS (
    SELECT
        *,
        -- "n/a", "-", "none", "x" give no reason, and neither does one letter however often.
        length(reason) >= 4 AND length(replace(reason, left(reason, 1), '')) >= 2 AND reason NOT IN (
            'none', 'nonegiven', 'nonestated', 'nonerecorded', 'noreason', 'noreasongiven', 'notapplicable', 'notappropriate',
            'notsuitable', 'notknown', 'unknown', 'notstated', 'notrecorded', 'notgiven', 'notneeded', 'notrequired', 'notindicated',
            'nothing', 'null', 'blank', 'other', 'asabove', 'seeabove', 'seenotes', 'seerecord', 'test', 'todo', 'tobeconfirmed',
            'tobecompleted', 'pending', 'reason', 'declined', 'dontknow', 'nana'
        ) AS has_reason
    FROM said
),

item AS (
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
            {'number': 6, 'safeguard': 'contact attempt', 'done': tried OR NOT only_attempted},
            {'number': 7, 'safeguard': 'person’s reasons', 'done':
                reasons_discussed_on IS NOT NULL OR (engaged = 'no' AND tried)},
            {'number': 8, 'safeguard': 'reasons and options explained', 'done': options_explained_on IS NOT NULL},
            {'number': 9, 'safeguard': 'rationale recorded', 'done': rationale_recorded},
            {'number': 10, 'safeguard': 'referral', 'done':
                list_has_any(services, ['offered', 'already done', 'declined'])
                OR (list_contains(services, 'not appropriate') AND has_reason)},
            -- Who decided gives no second opinion; one that was taken has somebody's name.
            {'number': 11, 'safeguard': 'second opinion', 'done':
                (second_opinion = 'offered' AND NOT coalesce(upper(trim(second_opinion_by)) = upper(trim(decided_by)), false))
                OR (second_opinion = 'taken' AND upper(trim(second_opinion_by)) <> upper(trim(decided_by)))}
        ]) AS item
    FROM judged
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
