-- One row per reported month, area, threshold and way from the dose band at baseline to that of then (lower; after: lower
-- after harm; same; higher): the plans of taper_flow whose dose then is known, also where there is none.
WITH edge AS (
    SELECT band, from_milli
    FROM dose_band
    UNION ALL
    SELECT 'stopped', -1
),

moved AS (
    SELECT f.month, f.level, f.area, f.threshold, f.harmed, f.people, b.from_milli - n.from_milli AS down
    FROM taper_flow AS f
    INNER JOIN edge AS b ON b.band = f.baseline_band
    INNER JOIN edge AS n ON n.band = f.now_band
),

told AS (
    SELECT
        month,
        level,
        area,
        threshold,
        CASE WHEN down < 0 THEN 'higher' WHEN down = 0 THEN 'same' WHEN harmed THEN 'after' ELSE 'lower' END AS way,
        people
    FROM moved
),

every AS (
    SELECT DISTINCT p.month, p.level, p.area, h.threshold, w.way
    FROM reported_practice AS p
    CROSS JOIN threshold AS h
    CROSS JOIN (SELECT unnest(['lower', 'after', 'same', 'higher']) AS way) AS w
)

SELECT e.month, e.level, e.area, e.threshold, e.way, CAST(coalesce(sum(t.people), 0) AS BIGINT) AS people
FROM every AS e
LEFT JOIN told AS t
    ON t.month = e.month AND t.level = e.level AND t.area = e.area AND t.threshold = e.threshold AND t.way = e.way
GROUP BY e.month, e.level, e.area, e.threshold, e.way
ORDER BY e.level, e.area, e.month, e.threshold, e.way
