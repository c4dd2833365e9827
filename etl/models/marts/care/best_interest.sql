-- One row per best-interest decision: which safeguards are missing (none: it is supported), what in the record asks for a
-- query, and the first red fall or stop of the person's dose that had not shown yet that day, plan or no plan: a cut is
-- often recorded some days later. not_seen: why there may be one nobody sees (see decision_seen). Source: Lancashire
-- and South Cumbria position statement.
WITH made AS (
    SELECT
        practice_code,
        patient_key,
        record_id,
        decided_on,
        month,
        bool_and(is_done) AS supported,
        coalesce(string_agg(safeguard, '; ' ORDER BY number) FILTER (WHERE NOT is_done), '') AS missing,
        bool_or(is_done AND safeguard = 'second opinion') AS second_opinion_offered
    FROM safeguard
    GROUP BY practice_code, patient_key, record_id, decided_on, month
),

since AS (
    SELECT
        m.practice_code,
        m.record_id,
        min(f.seen_on) FILTER (WHERE f.kind <> 'unknown') AS red_seen_on,
        arg_min(f.fell_on, f.seen_on) FILTER (WHERE f.kind <> 'unknown') AS red_fell_on,
        arg_min(f.kind, f.seen_on) FILTER (WHERE f.kind <> 'unknown') AS red_kind,
        min(f.unknown_since) FILTER (WHERE f.kind = 'unknown') AS unknown_since
    FROM made AS m
    INNER JOIN fall AS f ON f.patient_key = m.patient_key AND f.seen_on >= m.decided_on AND f.is_red
    GROUP BY m.practice_code, m.record_id
)

SELECT
    m.practice_code,
    m.patient_key,
    m.record_id,
    m.decided_on,
    m.month,
    m.supported,
    m.missing,
    concat_ws('; ',
        CASE WHEN s.agreed THEN 'agreed: not a best-interest reduction' END,
        CASE WHEN s.engaged = 'no' AND s.evidence_discussed = 'discussed' AND s.harms_discussed = 'discussed'
            AND s.dependence_discussed = 'discussed' AND s.tapering_discussed = 'discussed'
            THEN 'not engaged, yet everything discussed' END,
        CASE WHEN trim(coalesce(s.decided_by, '')) = '' THEN 'nobody named as deciding' END
    ) AS queries,
    s.engaged,
    s.agreed,
    s.contact_attempts,
    m.second_opinion_offered,
    m.second_opinion_offered AND s.second_opinion = 'taken' AS second_opinion_taken,
    f.red_seen_on,
    f.red_fell_on,
    f.red_kind,
    f.unknown_since,
    o.not_seen
FROM made AS m
INNER JOIN decision_seen AS o ON o.practice_code = m.practice_code AND o.record_id = m.record_id
INNER JOIN source_best_interest AS s ON s.practice_code = m.practice_code AND s.record_id = m.record_id
LEFT JOIN since AS f ON f.practice_code = m.practice_code AND f.record_id = m.record_id
ORDER BY m.practice_code, m.decided_on, m.record_id
