-- One row per person with an issue, kept back or not: a number that stands for the pseudonym within this build, and the day they
-- left every practice, and why. NULL while registered anywhere. People of a practice are numbered one after the other.
WITH known AS (
    SELECT patient_key, max(practice_code) AS practice_code
    FROM (
        SELECT patient_key, practice_code
        FROM source_issues
        UNION ALL
        SELECT patient_key, practice_code
        FROM kept_issue
    )
    GROUP BY patient_key
),

leaving AS (
    SELECT
        patient_key,
        max(registered_to) AS left_on,
        arg_max(left_reason, registered_to) AS left_reason
    FROM source_patients
    GROUP BY patient_key
    HAVING count(*) FILTER (WHERE registered_to IS NULL) = 0
)

SELECT
    CAST(row_number() OVER (ORDER BY k.practice_code, k.patient_key) AS INTEGER) AS person,
    k.patient_key,
    v.left_on,
    v.left_reason
FROM known AS k
LEFT JOIN leaving AS v ON v.patient_key = k.patient_key
