-- A share is never above the whole.
SELECT measure, threshold, practice_code, month
FROM measure_month
WHERE numerator > denominator OR numerator < 0
