-- One row per direction text that gives no amount a day, so that the quantity and the time decide, ranked by patients;
-- with the forms it stands with, and why it cannot be read.
SELECT
    r.directions,
    string_agg(DISTINCT r.form, ', ' ORDER BY r.form) AS form,
    min(d.reason) AS reason,
    count(*) AS issues,
    count(DISTINCT i.person) AS patients
FROM issue AS i
INNER JOIN reading AS r ON r.line = i.line
INNER JOIN direction_reading AS d ON d.directions = r.directions AND d.form = r.form
WHERE r.counted AND NOT d.parseable
GROUP BY r.directions
ORDER BY patients DESC, r.directions
