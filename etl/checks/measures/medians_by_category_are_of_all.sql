-- The rows of the categories of a median add up to those of all.
SELECT measure, threshold, level, area, month
FROM measure_median
GROUP BY measure, threshold, level, area, month
HAVING count(*) > 1 AND sum(n) FILTER (WHERE category <> '') <> sum(n) FILTER (WHERE category = '')
