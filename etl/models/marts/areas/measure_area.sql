-- One row per measure, threshold, category, area and month: its complete practices added up.
WITH placed AS (
    SELECT m.*, p.pcn, p.place, p.icb
    FROM measure_month AS m
    INNER JOIN practice AS p ON p.practice_code = m.practice_code
)

SELECT measure, threshold, category, 'practice' AS level, practice_code AS area, month, numerator, denominator,
    1 AS practices
FROM placed
UNION ALL
SELECT measure, threshold, category, 'pcn', pcn, month, CAST(sum(numerator) AS BIGINT),
    CAST(sum(denominator) AS BIGINT), count(*)
FROM placed
GROUP BY measure, threshold, category, pcn, month
UNION ALL
SELECT measure, threshold, category, 'place', place, month, CAST(sum(numerator) AS BIGINT),
    CAST(sum(denominator) AS BIGINT), count(*)
FROM placed
GROUP BY measure, threshold, category, place, month
UNION ALL
SELECT measure, threshold, category, 'icb', icb, month, CAST(sum(numerator) AS BIGINT),
    CAST(sum(denominator) AS BIGINT), count(*)
FROM placed
GROUP BY measure, threshold, category, icb, month
