-- One row per direction text without one regular dose, where the quantity decides instead, ranked by patients.
SELECT directions, form, issues, patients
FROM direction
WHERE NOT parseable
ORDER BY patients DESC, directions
