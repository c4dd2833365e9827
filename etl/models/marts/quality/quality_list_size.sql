-- One row per practice and month whose rates are left out because its list size cannot be one: what the list says, what
-- it said before, and why.
SELECT
    l.practice_code,
    l.month,
    l.registered,
    l.before,
    l.impossible AS reason
FROM list_month AS l
INNER JOIN practice AS p ON p.practice_code = l.practice_code
WHERE l.impossible IS NOT NULL
ORDER BY l.practice_code, l.month
