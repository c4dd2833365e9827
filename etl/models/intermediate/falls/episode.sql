-- One row per person and run of opioid supply without a break of stopped_days: when it began, and its last day.
-- A supply of unknown dose is supply, and so are days on which there may have been one (see undosed_span): they begin a
-- run and bridge a gap like any other, so that the end of years nobody could read is not the end of acute use.
-- Made by people.
WITH span AS (
    SELECT person, from_day, to_day
    FROM dose_run
    WHERE kind = 'opioid'
    UNION
    SELECT person, from_day, to_day
    FROM undosed_span
),

step AS (
    SELECT
        person,
        from_day,
        to_day,
        date_diff('day', max(to_day) OVER (
            PARTITION BY person ORDER BY from_day, to_day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), from_day) AS break_days
    FROM span
),

numbered AS (
    SELECT
        s.*,
        sum(CASE WHEN break_days IS NULL OR break_days >= p.stopped_days THEN 1 ELSE 0 END) OVER (
            PARTITION BY person ORDER BY from_day, to_day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS episode
    FROM step AS s
    CROSS JOIN policy AS p
)

SELECT person, episode, min(from_day) AS began_on, max(to_day) AS ended_on
FROM numbered
GROUP BY person, episode
