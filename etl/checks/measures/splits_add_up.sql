-- The categories of a split measure add up to its denominator.
SELECT measure, threshold, practice_code, month
FROM measure_month
WHERE measure IN (SELECT measure FROM measure_def WHERE split IS NOT NULL)
GROUP BY measure, threshold, practice_code, month
HAVING sum(numerator) <> max(denominator)
