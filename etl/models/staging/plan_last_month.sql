-- One row per plan and month end with no supply in the 60 days before it: the mean of the last 28 days that
-- had supply, to tell an abrupt stop from the end of a taper.
WITH stopped AS (
    SELECT d.practice_code, d.plan_id, d.patient_key, d.month, max(s.to_day) AS last_to
    FROM plan_dose AS d
    INNER JOIN dose_segment AS s
        ON s.patient_key = d.patient_key AND s.class = 'opioid' AND s.from_day <= d.month_end
    WHERE d.now_milli = 0
    GROUP BY d.practice_code, d.plan_id, d.patient_key, d.month
)

SELECT
    t.practice_code,
    t.plan_id,
    t.month,
    sum(date_diff('day', greatest(s.from_day, t.last_to - 28), least(s.to_day, t.last_to)) * s.ome_milli)
        / sum(date_diff('day', greatest(s.from_day, t.last_to - 28), least(s.to_day, t.last_to))) AS last_milli
FROM stopped AS t
INNER JOIN dose_segment AS s
    ON s.patient_key = t.patient_key AND s.class = 'opioid' AND s.from_day < t.last_to AND s.to_day > t.last_to - 28
GROUP BY t.practice_code, t.plan_id, t.month
