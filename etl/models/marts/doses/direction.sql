-- One row per distinct direction text: what it was read as, and how much rests on it.
WITH used AS (
    SELECT directions, form, count(*) AS issues, count(DISTINCT person) AS patients
    FROM issue
    WHERE counted
    GROUP BY directions, form
)

SELECT r.*, u.issues, u.patients
FROM direction_reading AS r
INNER JOIN used AS u ON u.directions = r.directions AND u.form = r.form
ORDER BY r.directions, r.form
