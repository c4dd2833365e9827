-- One row per plan and month end from its start until the person leaves: mean doses of the windows that taper
-- states are judged by. No supply is nought, unless in the last 60 days an issue or supply may be an opioid and is in no
-- dose, or a month has not come: then the dose now is not known (now_known) and now_least_milli is a least one: beyond a threshold it is beyond, but below one
-- it says nothing. now_milli is the dose where it is known.
-- Made by people.
WITH at_month AS (
    SELECT s.*, c.month, c.month_end
    FROM plan_span AS s
    INNER JOIN calendar AS c ON c.month_end BETWEEN s.start_on AND s.as_of
),

win AS (
    SELECT practice_code, plan_id, patient_key, month, 'now' AS span, month_end - 59 AS from_on, month_end + 1 AS to_on
    FROM at_month
    UNION ALL
    SELECT practice_code, plan_id, patient_key, month, 'recent', month_end - 27, month_end + 1
    FROM at_month
    UNION ALL
    SELECT a.practice_code, a.plan_id, a.patient_key, a.month, 'earlier',
        a.month_end - 27 - p.stall_days, a.month_end + 1 - p.stall_days
    FROM at_month AS a
    CROSS JOIN policy AS p
),

mean AS (
    SELECT
        w.practice_code,
        w.plan_id,
        w.month,
        w.span,
        s.class,
        sum(date_diff('day', greatest(s.from_day, w.from_on), least(s.to_day, w.to_on)) * s.ome_milli)
            / sum(date_diff('day', greatest(s.from_day, w.from_on), least(s.to_day, w.to_on))) AS ome_milli,
        sum(date_diff('day', greatest(s.from_day, w.from_on), least(s.to_day, w.to_on)) * s.ddd_milli)
            / sum(date_diff('day', greatest(s.from_day, w.from_on), least(s.to_day, w.to_on))) AS ddd_milli
    FROM win AS w
    INNER JOIN dose_segment AS s
        ON s.patient_key = w.patient_key AND s.from_day < w.to_on AND s.to_day > w.from_on
    GROUP BY w.practice_code, w.plan_id, w.month, w.span, s.class
),

undosed AS (
    SELECT w.practice_code, w.plan_id, w.month
    FROM win AS w
    INNER JOIN issue_without_dose AS i
        ON i.patient_key = w.patient_key AND i.last_on >= w.from_on AND i.issued_on < w.to_on
    WHERE w.span = 'now'
    UNION
    SELECT w.practice_code, w.plan_id, w.month
    FROM win AS w
    INNER JOIN person AS n ON n.patient_key = w.patient_key
    INNER JOIN undosed_span AS u ON u.person = n.person AND u.from_day < w.to_on AND u.to_day > w.from_on
    WHERE w.span = 'now'
    UNION
    -- Nobody knows what was issued in a month whose extract has not come.
    SELECT w.practice_code, w.plan_id, w.month
    FROM win AS w
    INNER JOIN calendar AS c ON c.month < w.to_on AND c.month_end >= w.from_on
    INNER JOIN practice_data AS p ON p.practice_code = w.practice_code
    LEFT JOIN coverage AS v ON v.practice_code = w.practice_code AND v.month = c.month
    WHERE w.span = 'now' AND v.month IS NULL AND c.month_end >= p.data_from
)

SELECT
    a.*,
    CASE WHEN u.plan_id IS NULL THEN coalesce(CAST(round(n.ome_milli) AS BIGINT), 0) END AS now_milli,
    coalesce(CAST(round(n.ome_milli) AS BIGINT), 0) AS now_least_milli,
    u.plan_id IS NULL AS now_known,
    CAST(round(r.ome_milli) AS BIGINT) AS recent_milli,
    CAST(round(e.ome_milli) AS BIGINT) AS earlier_milli,
    coalesce(CAST(round(g.ddd_milli) AS BIGINT), 0) AS now_ddd_milli
FROM at_month AS a
LEFT JOIN mean AS n ON n.practice_code = a.practice_code AND n.plan_id = a.plan_id AND n.month = a.month
    AND n.span = 'now' AND n.class = 'opioid'
LEFT JOIN mean AS r ON r.practice_code = a.practice_code AND r.plan_id = a.plan_id AND r.month = a.month
    AND r.span = 'recent' AND r.class = 'opioid'
LEFT JOIN mean AS e ON e.practice_code = a.practice_code AND e.plan_id = a.plan_id AND e.month = a.month
    AND e.span = 'earlier' AND e.class = 'opioid'
LEFT JOIN mean AS g ON g.practice_code = a.practice_code AND g.plan_id = a.plan_id AND g.month = a.month
    AND g.span = 'now' AND g.class = 'gabapentinoid'
LEFT JOIN undosed AS u ON u.practice_code = a.practice_code AND u.plan_id = a.plan_id AND u.month = a.month
