-- One row per best-interest decision and safeguard asked for, by number. Blank is never done, and neither is what was
-- explained or discussed more than four weeks after the decision. Source: Lancashire and
-- South Cumbria position statement; that all of them are needed is our own convention.
WITH said AS (
    SELECT
        *,
        [social_prescriber, physiotherapy, mental_health, pain_specialist, drug_alcohol] AS services,
        coalesce(list_contains(
            [evidence_discussed, harms_discussed, dependence_discussed, tapering_discussed, biopsychosocial], 'attempted'
        ), false) OR (reasons_discussed_on IS NULL AND coalesce(engaged = 'no', false)) AS only_attempted,
        coalesce(contact_attempts, 0) >= 1 AS tried,
        string_split(regexp_replace(lower(coalesce(not_appropriate_reason, '')), '[^a-z]+', ' ', 'g'), ' ') AS words
    FROM source_best_interest
),

judged AS (
    SELECT
        *,
        -- A reason has a word that is neither the refusal itself, nor who refused or where it is written, nor the service.
        len(list_filter(words, lambda word: length(word) >= 4
            AND length(replace(word, left(word, 1), '')) >= 2
            AND regexp_matches(word, '[aeiouy]')
            AND NOT regexp_matches(word, '^(not.*|none.*|noreas.*|nil.*|nana|null|blank|test|asdf.*|qwer.*|dnaa?)$')
            AND NOT regexp_matches(word, '^(in|un|ir)?(app?r+op.*|app?lic.*|suit.*|relev.*|indic.*|requir.*|necess?.*|need.*|known?)$')
            AND NOT regexp_matches(word, '^(reas.*|stated|given|recor.*|docum.*|discus.*|consult.*|decis.*|decid.*|declin.*|refus.*)$')
            AND NOT regexp_matches(word, '^(clinical.*|judge?m.*|judged|deemed|felt|feel|thought|consider.*|opinion|view|agree.*)$')
            AND NOT regexp_matches(word, '^(patient.*|person.*|client.*|doctor.*|clinician.*|prescriber.*|team|they|them|their|this|that)$')
            AND NOT regexp_matches(word, '^(above|below|alread.*|before|earlier|previous.*|present.*|current.*|time|moment|date)$')
            AND NOT regexp_matches(word, '^(other.*|todo|pend.*|confirm.*|complet.*|with|from|have|does|been|were|will|want.*|wish.*)$')
            AND NOT regexp_matches(word, '^(refer.*|offer.*|servic.*|treat.*|option.*|further|info.*|physio.*|social|mental|health)$')
            AND NOT regexp_matches(word, '^(talking|therap.*|pain|clinic|specialist.*|drugs?|alcohol|entry|entered|done|seen|okay)$')
        )) > 0 AS has_reason,
        decided_on + 28 AS last_on
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
                reasons_discussed_on <= last_on OR (engaged = 'no' AND tried)},
            {'number': 8, 'safeguard': 'reasons and options explained', 'done': options_explained_on <= last_on},
            -- A rationale is somebody's.
            {'number': 9, 'safeguard': 'rationale recorded', 'done':
                rationale_recorded AND regexp_matches(coalesce(decided_by, ''), '[A-Za-z0-9]')},
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
