-- One row per reported month, area, threshold, measure of crossing it and reason (“” of a measure without), and span back
-- from that month: the quarters that end with it (quarter; back: 0 is the latest), each only where all of its months are
-- there, and those of the last year together (year). months: how many the span has. times: how often adults crossed it for
-- the reason, of the practices complete in the reported month, also where nobody did; every: for any reason; practices: the
-- fewest with data in any month of the span.
WITH crossed AS (
    SELECT
        p.month,
        p.level,
        p.area,
        m.measure,
        m.threshold,
        m.category AS reason,
        (year(p.month) - year(m.month)) * 12 + month(p.month) - month(m.month) AS ago,
        sum(m.numerator) AS times,
        sum(m.denominator) AS every,
        count(*) AS practices
    FROM measure_month AS m
    INNER JOIN measure_def AS d ON d.measure = m.measure AND d.mart = 'patient_crossing'
    INNER JOIN reported_practice AS p ON p.practice_code = m.practice_code AND p.month >= m.month
    GROUP BY p.month, p.level, p.area, m.measure, m.threshold, m.category, m.month
),

quarter AS (
    SELECT
        month,
        level,
        area,
        measure,
        threshold,
        reason,
        ago // 3 AS back,
        sum(times) AS times,
        sum(every) AS every,
        min(practices) AS practices
    FROM crossed
    GROUP BY month, level, area, measure, threshold, reason, back
    HAVING count(*) = 3
),

spanned AS (
    SELECT *, 'quarter' AS span, 3 AS months
    FROM quarter
    UNION ALL
    SELECT
        month,
        level,
        area,
        measure,
        threshold,
        reason,
        0,
        sum(times),
        sum(every),
        min(practices),
        'year',
        3 * count(*)
    FROM quarter
    WHERE back < 4
    GROUP BY month, level, area, measure, threshold, reason
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
    CAST(months AS INTEGER) AS months,
    CAST(times AS BIGINT) AS times,
    CAST(every AS BIGINT) AS every,
    practices
FROM spanned
ORDER BY level, area, month, measure, threshold, span, back, reason
