-- A patient has one dose of a class on any day.
-- Made by people.
SELECT patient_key, class, from_day
FROM dose_segment
QUALIFY from_day < lag(to_day) OVER (PARTITION BY patient_key, class ORDER BY from_day)
