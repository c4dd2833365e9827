-- The reasons of crossing a threshold add up to every time it was crossed, and quarters to the year of as many months.
SELECT 'reasons' AS what, measure, level, area, month, threshold
FROM crossing
GROUP BY measure, level, area, month, threshold, span, back
HAVING sum(times) <> min(every) OR min(every) <> max(every)
UNION ALL
SELECT 'quarters', measure, level, area, month, threshold
FROM crossing
WHERE span = 'year' OR back < 4
GROUP BY measure, level, area, month, threshold, reason
HAVING 2 * sum(times) FILTER (WHERE span = 'year') <> sum(times)
    OR 2 * max(months) FILTER (WHERE span = 'year') <> sum(months)
