-- One row per reported month, area, threshold, measure of crossing it and reason, and span back from that month: the
-- quarters that end with it (quarter; back: 0 is the latest) and the last year. Times adults crossed it, of the practices
-- complete in the reported month, also where nobody did; practices: the fewest with data in any month of the span. A
-- quarter counts only where all of its months are there.
WITH crossed AS (
    SELECT
        p.month,
        p.level,
        p.area,
        m.measure,
        m.threshold,
        m.category AS reason,
        date_diff('month', m.month, p.month) AS ago,
        sum(m.numerator) AS times,
        max(count(*)) OVER (PARTITION BY p.month, p.level, p.area, m.threshold, m.month) AS practices
    FROM measure_month AS m
    INNER JOIN measure_def AS d ON d.measure = m.measure AND d.mart = 'patient_crossing' AND d.split IS NOT NULL
    INNER JOIN reported_practice AS p ON p.practice_code = m.practice_code AND p.month >= m.month
    GROUP BY p.month, p.level, p.area, m.measure, m.threshold, m.category, m.month
),

spanned AS (
    SELECT *, 'quarter' AS span, ago // 3 AS back
    FROM crossed
    UNION ALL
    SELECT *, 'year', 0
    FROM crossed
    WHERE ago < 12
)

SELECT
    month,
    level,
    area,
    measure,
    threshold,
    reason,
    span,
    CAST(back AS INTEGER) AS back,
    CAST(sum(times) AS BIGINT) AS times,
    min(practices) AS practices
FROM spanned
GROUP BY month, level, area, measure, threshold, reason, span, back
HAVING span = 'year' OR count(*) = 3
ORDER BY level, area, month, measure, threshold, span, back, reason
