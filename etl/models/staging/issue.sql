-- One row per prescription issue, with what its product and directions mean.
SELECT
    i.patient_key,
    i.practice_code,
    i.issued_on,
    i.quantity,
    i.days_supply,
    r.*
FROM source_issues AS i
LEFT JOIN reading AS r ON r.product = i.product AND r.directions = coalesce(i.directions, '')
