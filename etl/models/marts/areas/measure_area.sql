-- One row per measure, threshold, category, area (see area_practice) and month: its complete practices added up.
SELECT measure, threshold, category, 'practice' AS level, practice_code AS area, month, numerator, denominator, 1 AS practices
FROM measure_month
UNION ALL
(
    SELECT
        m.measure,
        m.threshold,
        m.category,
        a.level,
        a.area,
        m.month,
        CAST(sum(m.numerator) AS BIGINT),
        CAST(sum(m.denominator) AS BIGINT),
        count(*)
    FROM measure_month AS m
    INNER JOIN area_practice AS a ON a.practice_code = m.practice_code AND a.level <> 'practice'
    GROUP BY m.measure, m.threshold, m.category, a.level, a.area, m.month
    ORDER BY m.measure, m.threshold, a.level, a.area, m.category, m.month
)
