-- One row per reported month, area, threshold, dose band at baseline, dose band then (stopped, “not known”, or “censored” of
-- those who died or left) and whether harm came between: plans whose baseline is beyond the threshold, not excluded.
SELECT
    p.month,
    p.level,
    p.area,
    h.threshold,
    s.baseline_band,
    CASE WHEN s.censored THEN 'censored' ELSE coalesce(s.now_band, 'not known') END AS now_band,
    s.harmed,
    count(*) AS people
FROM reported_practice AS p
INNER JOIN taper_stand AS s ON s.practice_code = p.practice_code AND s.month = p.month
INNER JOIN threshold AS h ON s.baseline_milli >= h.beyond_milli
WHERE NOT s.excluded
GROUP BY ALL
ORDER BY p.level, p.area, p.month, h.threshold, s.baseline_band, now_band, s.harmed
