-- One row per plan and 28 days counted from its start (window 0 is the first): mean dose and share of baseline.
-- A window with supply on fewer than 14 days has no mean. The windows end at as_of.
-- Made by people.
WITH win AS (
    SELECT
        practice_code,
        plan_id,
        patient_key,
        start_on,
        as_of,
        baseline_milli,
        unnest(generate_series(-6, 52)) AS k
    FROM plan_span
),

dated AS (
    SELECT *, start_on + CAST(28 * k AS INTEGER) AS from_on, start_on + CAST(28 * k + 28 AS INTEGER) AS to_on
    FROM win
    WHERE start_on + CAST(28 * k + 27 AS INTEGER) <= as_of
),

mean AS (
    SELECT
        w.practice_code,
        w.patient_key,
        w.plan_id,
        w.k,
        w.from_on,
        w.to_on,
        w.baseline_milli,
        sum(date_diff('day', greatest(s.from_day, w.from_on), least(s.to_day, w.to_on))) AS days,
        sum(date_diff('day', greatest(s.from_day, w.from_on), least(s.to_day, w.to_on)) * s.ome_milli)
            / sum(date_diff('day', greatest(s.from_day, w.from_on), least(s.to_day, w.to_on))) AS mean_milli
    FROM dated AS w
    INNER JOIN dose_segment AS s
        ON s.patient_key = w.patient_key AND s.class = 'opioid' AND s.from_day < w.to_on AND s.to_day > w.from_on
    GROUP BY w.practice_code, w.patient_key, w.plan_id, w.k, w.from_on, w.to_on, w.baseline_milli
)

SELECT
    practice_code,
    patient_key,
    plan_id,
    k,
    from_on,
    to_on,
    CAST(round(mean_milli) AS BIGINT) AS mean_milli,
    100.0 * mean_milli / nullif(baseline_milli, 0) AS relative_percent
FROM mean
WHERE days >= 14
ORDER BY practice_code, plan_id, k
