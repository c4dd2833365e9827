-- One row per distinct direction text: what it was read as, and how much rests on it.
WITH used AS (
    SELECT r.directions, r.form, count(*) AS issues, count(DISTINCT i.person) AS patients
    FROM issue AS i
    INNER JOIN reading AS r ON r.line = i.line
    WHERE r.counted
    GROUP BY r.directions, r.form
)

SELECT r.*, u.issues, u.patients
FROM direction_reading AS r
INNER JOIN used AS u ON u.directions = r.directions AND u.form = r.form
ORDER BY r.directions, r.form
