-- A practice without an extract counts neither above nor below the line.
SELECT m.measure, m.practice_code, m.month
FROM measure_month AS m
LEFT JOIN practice_month AS p ON p.practice_code = m.practice_code AND p.month = m.month AND p.complete
WHERE p.practice_code IS NULL
