-- One row per plan and reported month from its start: the dose bands of its baseline and of then, whether harm came between,
-- and whether the person had died or left by then (censored; then bands and harm are of their last month).
-- Made by people.
WITH latest AS (
    SELECT r.month AS reported, t.*
    FROM reported_month AS r
    INNER JOIN taper_month AS t ON t.month <= r.month
    QUALIFY row_number() OVER (PARTITION BY r.month, t.practice_code, t.plan_id ORDER BY t.month DESC) = 1
)

SELECT
    s.practice_code,
    s.patient_key,
    s.plan_id,
    r.month,
    s.baseline_milli,
    b.band AS baseline_band,
    CASE WHEN l.is_stopped THEN 'stopped' ELSE n.band END AS now_band,
    coalesce(l.harmed, false) AS harmed,
    coalesce(l.excluded, false) AS excluded,
    coalesce(s.censored IS NOT NULL AND s.as_of < r.month_end, false) AS censored
FROM plan_span AS s
INNER JOIN reported_month AS r ON s.start_on <= r.month_end
LEFT JOIN latest AS l ON l.practice_code = s.practice_code AND l.plan_id = s.plan_id AND l.reported = r.month
LEFT JOIN dose_band AS b ON s.baseline_milli BETWEEN b.from_milli AND b.to_milli
LEFT JOIN dose_band AS n ON l.now_milli BETWEEN n.from_milli AND n.to_milli
