-- One row per plan and turn since its start (every week, and every day the dose changes): the fall of the mean dose
-- from the 28 days before that day to the 28 days from it, in % of the former. In fixed windows a step in the middle
-- would look half as steep. A window with supply on fewer than 14 days has no mean. The windows end at as_of.
WITH turn AS (
    SELECT
        practice_code,
        plan_id,
        patient_key,
        as_of,
        start_on + CAST(7 * unnest(generate_series(0, date_diff('day', start_on, as_of) // 7)) AS INTEGER) AS turn_on
    FROM plan_span
    WHERE as_of >= start_on
    UNION
    SELECT p.practice_code, p.plan_id, p.patient_key, p.as_of, s.from_day
    FROM plan_span AS p
    INNER JOIN dose_segment AS s
        ON s.patient_key = p.patient_key AND s.class = 'opioid' AND s.from_day BETWEEN p.start_on AND p.as_of
),

win AS (
    SELECT practice_code, plan_id, patient_key, turn_on, 'before' AS side, turn_on - 28 AS from_on, turn_on AS to_on
    FROM turn
    WHERE turn_on + 27 <= as_of
    UNION ALL
    SELECT practice_code, plan_id, patient_key, turn_on, 'after', turn_on, turn_on + 28
    FROM turn
    WHERE turn_on + 27 <= as_of
),

mean AS (
    SELECT
        w.practice_code,
        w.plan_id,
        w.turn_on,
        w.side,
        sum(date_diff('day', greatest(s.from_day, w.from_on), least(s.to_day, w.to_on))) AS days,
        sum(date_diff('day', greatest(s.from_day, w.from_on), least(s.to_day, w.to_on)) * s.ome_milli)
            / sum(date_diff('day', greatest(s.from_day, w.from_on), least(s.to_day, w.to_on))) AS mean_milli
    FROM win AS w
    INNER JOIN dose_segment AS s
        ON s.patient_key = w.patient_key AND s.class = 'opioid' AND s.from_day < w.to_on AND s.to_day > w.from_on
    GROUP BY w.practice_code, w.plan_id, w.turn_on, w.side
)

SELECT
    b.practice_code,
    b.plan_id,
    b.turn_on,
    b.turn_on + 28 AS to_on,
    100.0 * (b.mean_milli - a.mean_milli) / b.mean_milli AS fall_percent
FROM mean AS b
INNER JOIN mean AS a
    ON a.practice_code = b.practice_code AND a.plan_id = b.plan_id AND a.turn_on = b.turn_on AND a.side = 'after'
WHERE b.side = 'before' AND b.days >= 14 AND a.days >= 14 AND b.mean_milli > 0
