-- One row per question worth asking a practice, of a person or (patient_key NULL) of its records: the kind, and what is
-- needed to ask it. A question is no fault: the record may be right.
SELECT practice_code, patient_key, kind, on_day, CAST(number AS DOUBLE) AS number, words
FROM query_plan
UNION ALL
SELECT practice_code, patient_key, kind, on_day, CAST(number AS DOUBLE), words
FROM query_review
UNION ALL
SELECT practice_code, patient_key, kind, on_day, CAST(number AS DOUBLE), words
FROM query_issue
UNION ALL
SELECT practice_code, patient_key, kind, on_day, CAST(number AS DOUBLE), words
FROM query_practice
ORDER BY practice_code, kind, patient_key, on_day, words
