-- One row per patient and run of opioid supply without a break of stopped_days: when the run began.
WITH step AS (
    SELECT
        patient_key,
        from_day,
        to_day,
        date_diff('day', lag(to_day) OVER (PARTITION BY patient_key ORDER BY from_day), from_day) AS break_days
    FROM dose_segment
    WHERE class = 'opioid'
),

numbered AS (
    SELECT
        s.*,
        sum(CASE WHEN break_days IS NULL OR break_days >= p.stopped_days THEN 1 ELSE 0 END) OVER (
            PARTITION BY patient_key ORDER BY from_day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS episode
    FROM step AS s
    CROSS JOIN policy AS p
)

SELECT patient_key, episode, min(from_day) AS began_on, max(to_day) AS ended_on
FROM numbered
GROUP BY patient_key, episode
