-- Practices are compared with all practices together: what is expected of them adds up to what is counted.
SELECT measure, threshold, month, sum(expected) AS expected, sum(numerator) AS numerator
FROM expected
GROUP BY measure, threshold, month
HAVING abs(sum(expected) - sum(numerator)) > 0.000001 * (1 + sum(numerator))
UNION ALL
SELECT measure, threshold, month, expected, numerator
FROM expected
WHERE expected < 0 OR expected > denominator + 0.000001
