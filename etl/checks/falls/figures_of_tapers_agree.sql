-- Plans by way are those of the flow whose dose is known; falls and falls not known are those of active plans.
SELECT 'ways' AS what, f.level, f.area, f.month, f.threshold
FROM (
    SELECT level, area, month, threshold, sum(people) AS people
    FROM taper_flow
    WHERE now_band NOT IN ('censored', 'not known')
    GROUP BY level, area, month, threshold
) AS f
INNER JOIN (
    SELECT level, area, month, threshold, sum(people) AS people
    FROM taper_way
    GROUP BY level, area, month, threshold
) AS w ON w.level = f.level AND w.area = f.area AND w.month = f.month AND w.threshold = f.threshold
WHERE w.people <> f.people
UNION ALL
SELECT 'falls', p.level, p.area, p.month, p.threshold
FROM (
    SELECT
        level, area, month, threshold,
        sum(people) FILTER (WHERE zone IN ('slow', 'fast')) AS active,
        sum(people) FILTER (WHERE zone = 'not known') AS not_known
    FROM taper_pace
    GROUP BY level, area, month, threshold
) AS p
LEFT JOIN (
    SELECT level, area, month, threshold, sum(people) AS people
    FROM taper_fall_size
    GROUP BY level, area, month, threshold
) AS s ON s.level = p.level AND s.area = p.area AND s.month = p.month AND s.threshold = p.threshold
WHERE coalesce(s.people, 0) > p.active OR coalesce(s.people, 0) + p.not_known < p.active
