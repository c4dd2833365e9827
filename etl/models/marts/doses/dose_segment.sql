-- One row per patient, class and run of days with one total dose. to_day is the first day not covered. unknown: supplies
-- of unknown dose beside those that are added up, so that the dose is a least one. Days with none but those have no row.
-- Made by people.
SELECT p.patient_key, r.kind AS class, r.* EXCLUDE (person, kind)
FROM dose_run AS r
INNER JOIN person AS p ON p.person = r.person
WHERE r.kind <> 'issued' AND r.supplies > 0
ORDER BY r.person, r.kind, r.from_day
