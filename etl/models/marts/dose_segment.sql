-- One row per patient, class and run of days with one total dose. to_day is the first day not covered.
SELECT p.patient_key, r.* EXCLUDE (person)
FROM dose_run AS r
INNER JOIN person AS p ON p.person = r.person
ORDER BY r.person, r.class, r.from_day
