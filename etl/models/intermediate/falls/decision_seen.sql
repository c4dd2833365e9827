-- One row per best-interest decision: why what the dose did around it and since cannot be told (not_seen), the most
-- decisive reason; NULL where it can. seen_to: the first day of which nothing is known. Four weeks before the decision count
-- too: a cut is often recorded some days later.
-- Made by people.
WITH reach AS (
    SELECT r.person, arg_max(p.data_to + 1, r.registered_from) AS data_end
    FROM registration AS r
    INNER JOIN practice_data AS p ON p.practice_code = r.practice_code
    WHERE r.registered_from <= p.data_to
    GROUP BY r.person
),

made AS (
    SELECT
        d.practice_code,
        d.record_id,
        d.decided_on,
        n.person,
        n.left_on,
        least(e.data_end, coalesce(n.left_on, e.data_end)) AS seen_to
    FROM source_best_interest AS d
    LEFT JOIN person AS n ON n.patient_key = d.patient_key
    LEFT JOIN reach AS e ON e.person = n.person
),

supplied AS (
    SELECT m.practice_code, m.record_id, max(r.to_day) AS supplied_to
    FROM made AS m
    INNER JOIN dose_run AS r
        ON r.person = m.person AND r.from_day < m.seen_to AND r.to_day > m.decided_on - 28
    WHERE r.kind = 'opioid' AND r.supplies > 0
    GROUP BY m.practice_code, m.record_id
),

undosed AS (
    SELECT DISTINCT m.practice_code, m.record_id
    FROM made AS m
    INNER JOIN undosed_span AS u
        ON u.person = m.person AND u.from_day < m.seen_to AND u.to_day > m.decided_on - 28
),

-- Months whose extract has not come, and those in which the person was registered nowhere.
unsent AS (
    SELECT DISTINCT m.practice_code, m.record_id
    FROM made AS m
    INNER JOIN calendar AS c ON c.month < m.seen_to AND c.month_end >= m.decided_on - 28
    LEFT JOIN registration AS r
        ON r.person = m.person AND r.registered_from <= greatest(c.month, m.decided_on - 28)
        AND r.registered_to > greatest(c.month, m.decided_on - 28)
    LEFT JOIN coverage AS v ON v.practice_code = r.practice_code AND v.month = c.month
    WHERE v.month IS NULL
)

SELECT
    m.practice_code,
    m.record_id,
    m.seen_to,
    CASE
        WHEN s.record_id IS NULL AND u.record_id IS NULL THEN 'no supply known'
        WHEN m.left_on < m.decided_on + 28 THEN 'died or left too soon to tell'
        WHEN m.seen_to < m.decided_on + 28 THEN 'fewer than 28 days seen'
        WHEN x.record_id IS NOT NULL THEN 'a month of data is missing'
        WHEN u.record_id IS NOT NULL THEN 'an issue has no dose'
        WHEN s.supplied_to + p.late_days < m.seen_to THEN 'no supply lately'
    END AS not_seen
FROM made AS m
CROSS JOIN policy AS p
LEFT JOIN supplied AS s ON s.practice_code = m.practice_code AND s.record_id = m.record_id
LEFT JOIN undosed AS u ON u.practice_code = m.practice_code AND u.record_id = m.record_id
LEFT JOIN unsent AS x ON x.practice_code = m.practice_code AND x.record_id = m.record_id
