-- The groups of a measure by age band, and those by sex, add up to the practice; to no more than it where list sizes
-- are the denominator, as a list may lack a group that a patient is of.
SELECT g.measure, g.threshold, g.dimension, g.practice_code, g.month
FROM (
    SELECT measure, threshold, dimension, practice_code, month, sum(numerator) AS numerator, sum(denominator) AS denominator
    FROM measure_group
    WHERE dimension <> 'imd_quintile'
    GROUP BY measure, threshold, dimension, practice_code, month
) AS g
INNER JOIN measure_month AS m
    ON m.measure = g.measure AND m.threshold = g.threshold AND m.practice_code = g.practice_code AND m.month = g.month
INNER JOIN measure_def AS d ON d.measure = g.measure
WHERE d.kind = 'count' AND (
    g.numerator > m.numerator OR g.denominator > m.denominator
    OR (d.unit = '%' AND (g.numerator <> m.numerator OR g.denominator <> m.denominator))
)
