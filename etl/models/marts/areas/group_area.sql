-- One row per measure that counts rows among rows, threshold, group of people, area (see area_practice) and month of the last
-- 13 that is reported or a year before one that is: the area's practices added up.
WITH compared AS (
    SELECT month
    FROM reported_month
    UNION
    SELECT CAST(month - INTERVAL 12 MONTH AS DATE)
    FROM reported_month
),

counted AS (
    SELECT g.*
    FROM measure_group AS g
    INNER JOIN measure_def AS d ON d.measure = g.measure AND d.kind = 'count'
    WHERE g.month IN (SELECT month FROM compared)
)

SELECT measure, threshold, dimension, category, 'practice' AS level, practice_code AS area, month, numerator, denominator
FROM counted
UNION ALL
(
    SELECT
        c.measure,
        c.threshold,
        c.dimension,
        c.category,
        a.level,
        a.area,
        c.month,
        CAST(sum(c.numerator) AS BIGINT),
        CAST(sum(c.denominator) AS BIGINT)
    FROM counted AS c
    INNER JOIN area_practice AS a ON a.practice_code = c.practice_code AND a.level <> 'practice'
    GROUP BY c.measure, c.threshold, c.dimension, c.category, a.level, a.area, c.month
    ORDER BY c.measure, c.threshold, a.level, a.area, c.dimension, c.category, c.month
)
