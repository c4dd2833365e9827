-- Where the last four quarters are all there, they add up to the last year.
SELECT level, area, month, measure, threshold, reason
FROM crossing
WHERE span = 'year' OR back < 4
GROUP BY level, area, month, measure, threshold, reason
HAVING count(*) FILTER (WHERE span = 'quarter') = 4
    AND sum(times) FILTER (WHERE span = 'quarter') <> sum(times) FILTER (WHERE span = 'year')
