-- One row per prescription issue, with what its product and directions mean. A quantity or days' supply that cannot
-- be one (nought, or beyond what anybody is issued) is not known, and said so.
SELECT
    p.person,
    i.practice_code,
    i.issued_on,
    CASE WHEN i.quantity > 0 AND i.quantity <= y.largest_quantity THEN i.quantity END AS quantity,
    CASE WHEN i.days_supply > 0 AND i.days_supply <= y.longest_supply THEN i.days_supply END AS days_supply,
    i.issuer,
    i.requested_early_days,
    coalesce(NOT (i.quantity > 0 AND i.quantity <= y.largest_quantity), false) AS bad_quantity,
    coalesce(NOT (i.days_supply > 0 AND i.days_supply <= y.longest_supply), false) AS bad_days,
    r.*
FROM source_issues AS i
CROSS JOIN policy AS y
INNER JOIN person AS p ON p.patient_key = i.patient_key
LEFT JOIN reading AS r ON r.product = i.product AND r.directions = coalesce(i.directions, '')
