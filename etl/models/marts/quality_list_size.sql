-- One row per practice and month whose rates are left out because its list size cannot be one: what the list says, what
-- it said before, why, and the file whose rows of that practice and month are to be corrected.
SELECT
    l.practice_code,
    l.month,
    l.registered,
    l.before,
    l.impossible AS reason,
    max(r.file) AS file
FROM list_month AS l
INNER JOIN practice AS p ON p.practice_code = l.practice_code
LEFT JOIN receipt AS r
    ON r.entity = 'list_sizes' AND r.counts
    AND strftime(l.month, '%Y-%m') BETWEEN left(r.period, 7) AND right(r.period, 7)
WHERE l.impossible IS NOT NULL
GROUP BY l.practice_code, l.month, l.registered, l.before, l.impossible
ORDER BY l.practice_code, l.month
