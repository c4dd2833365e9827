-- One row per reported month, area and threshold with plans at least min_plan_days old whose baseline is beyond it, not
-- excluded, whose dose then is known: how many, how many of them with supply and no longer beyond it (below), how many
-- stopped.
SELECT
    p.month,
    p.level,
    p.area,
    h.threshold,
    count(*) AS plans,
    count(*) FILTER (WHERE NOT t.is_stopped AND t.now_milli < h.beyond_milli) AS below,
    count(*) FILTER (WHERE t.is_stopped) AS stopped
FROM reported_practice AS p
INNER JOIN taper_month AS t ON t.practice_code = p.practice_code AND t.month = p.month
INNER JOIN threshold AS h ON t.baseline_milli >= h.beyond_milli
CROSS JOIN policy AS y
WHERE NOT t.excluded AND t.relative_percent IS NOT NULL AND t.days_since_start >= y.min_plan_days
GROUP BY p.month, p.level, p.area, h.threshold
ORDER BY p.level, p.area, p.month, h.threshold
