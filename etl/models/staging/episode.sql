-- One row per person and run of opioid supply without a break of stopped_days: when it began, and its last day.
-- A supply of unknown dose is supply: it begins a run and bridges a gap like any other.
WITH step AS (
    SELECT
        person,
        from_day,
        to_day,
        date_diff('day', lag(to_day) OVER (PARTITION BY person ORDER BY from_day), from_day) AS break_days
    FROM dose_run
    WHERE kind = 'opioid'
),

numbered AS (
    SELECT
        s.*,
        sum(CASE WHEN break_days IS NULL OR break_days >= p.stopped_days THEN 1 ELSE 0 END) OVER (
            PARTITION BY person ORDER BY from_day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS episode
    FROM step AS s
    CROSS JOIN policy AS p
)

SELECT person, episode, min(from_day) AS began_on, max(to_day) AS ended_on
FROM numbered
GROUP BY person, episode
