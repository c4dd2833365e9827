-- One row per person: the day they left every practice, and why. NULL while registered anywhere.
SELECT
    patient_key,
    CASE WHEN count(*) FILTER (WHERE registered_to IS NULL) = 0 THEN max(registered_to) END AS left_on,
    CASE WHEN count(*) FILTER (WHERE registered_to IS NULL) = 0 THEN arg_max(left_reason, registered_to) END AS left_reason
FROM source_patients
GROUP BY patient_key
