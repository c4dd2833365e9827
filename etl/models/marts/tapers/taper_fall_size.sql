-- One row per reported month, area, threshold and largest fall between consecutive 28-day means in 12 months (per cent, 0 of
-- who never fell): active plans whose baseline is beyond the threshold, not excluded, whose fall is known.
SELECT
    p.month,
    p.level,
    p.area,
    h.threshold,
    CAST(greatest(coalesce(t.max_fall_percent_12m, 0), 0) AS DOUBLE) AS fall_percent,
    count(*) AS people
FROM reported_practice AS p
INNER JOIN taper_month AS t ON t.practice_code = p.practice_code AND t.month = p.month
INNER JOIN threshold AS h ON t.baseline_milli >= h.beyond_milli
WHERE t.active AND NOT t.excluded AND t.fall_known
GROUP BY ALL
ORDER BY p.level, p.area, p.month, h.threshold, fall_percent
