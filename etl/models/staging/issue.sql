-- One row per prescription issue, with what its product and directions mean.
SELECT
    p.person,
    i.practice_code,
    i.issued_on,
    i.quantity,
    i.days_supply,
    r.*
FROM source_issues AS i
INNER JOIN person AS p ON p.patient_key = i.patient_key
LEFT JOIN reading AS r ON r.product = i.product AND r.directions = coalesce(i.directions, '')
