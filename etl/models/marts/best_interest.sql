-- One row per best-interest decision: which safeguards are missing (none: it is supported), and the first fast fall
-- of the dose since. Source: Lancashire and South Cumbria position statement.
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

fast AS (
    SELECT s.patient_key, f.turn_on, f.fall_percent
    FROM taper_fall AS f
    CROSS JOIN policy AS p
    INNER JOIN plan_span AS s ON s.practice_code = f.practice_code AND s.plan_id = f.plan_id
    WHERE f.fall_percent > p.red_fall_percent
),

-- The means around one fall differ for weeks: its day is where they differ most.
fell AS (
    SELECT m.practice_code, m.record_id, f.turn_on, min(f.turn_on) OVER decision AS first_on, f.fall_percent
    FROM made AS m
    INNER JOIN fast AS f ON f.patient_key = m.patient_key AND f.turn_on >= m.decided_on
    WINDOW decision AS (PARTITION BY m.practice_code, m.record_id)
),

first_fall AS (
    SELECT practice_code, record_id, first_on + 28 AS red_seen_on, turn_on AS red_fell_on
    FROM fell
    WHERE turn_on < first_on + 28
    QUALIFY row_number() OVER (PARTITION BY practice_code, record_id ORDER BY fall_percent DESC, turn_on) = 1
)

SELECT
    m.practice_code,
    m.patient_key,
    m.record_id,
    m.decided_on,
    m.month,
    m.supported,
    m.missing,
    m.second_opinion_offered,
    m.second_opinion_offered AND s.second_opinion = 'taken' AS second_opinion_taken,
    f.red_seen_on,
    f.red_fell_on
FROM made AS m
INNER JOIN source_best_interest AS s ON s.practice_code = m.practice_code AND s.record_id = m.record_id
LEFT JOIN first_fall AS f ON f.practice_code = m.practice_code AND f.record_id = m.record_id
ORDER BY m.practice_code, m.decided_on, m.record_id
