-- The categories of a split measure add up to its denominator.
SELECT measure, threshold, practice_code, month
FROM measure_month
WHERE category <> ''
GROUP BY measure, threshold, practice_code, month
HAVING sum(numerator) <> max(denominator)
