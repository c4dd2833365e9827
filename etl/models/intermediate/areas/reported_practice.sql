-- One row per reported month, area and practice of it whose data of that month are complete: the practices that figures of
-- that month are of.
SELECT r.month, r.month_end, a.level, a.area, a.practice_code
FROM reported_month AS r
INNER JOIN practice_month AS p ON p.month = r.month AND p.complete
INNER JOIN area_practice AS a ON a.practice_code = p.practice_code
