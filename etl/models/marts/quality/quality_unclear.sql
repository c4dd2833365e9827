-- One row per direction text that gives no amount a day, so that the quantity and the time decide, ranked by patients;
-- with the forms it stands with, and why it cannot be read.
SELECT
    i.directions,
    string_agg(DISTINCT i.form, ', ' ORDER BY i.form) AS form,
    min(d.reason) AS reason,
    count(*) AS issues,
    count(DISTINCT i.person) AS patients
FROM issue AS i
INNER JOIN direction_reading AS d ON d.directions = i.directions AND d.form = i.form
WHERE i.counted AND NOT d.parseable
GROUP BY i.directions
ORDER BY patients DESC, i.directions
