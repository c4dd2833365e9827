-- A share is never above the whole.
SELECT m.measure, m.threshold, m.practice_code, m.month
FROM measure_month AS m
INNER JOIN measure_def AS d ON d.measure = m.measure
WHERE (d.kind = 'count' AND m.numerator > m.denominator) OR m.numerator < 0
