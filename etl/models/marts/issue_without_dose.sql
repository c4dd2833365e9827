-- One row per issue that is in no dose although it may be an opioid: not converted, or not understood.
SELECT i.practice_code, p.patient_key, i.issued_on, i.line, i.quantity, coalesce(i.status, 'unmapped') AS status
FROM issue AS i
INNER JOIN person AS p ON p.person = i.person
WHERE coalesce(i.status IN ('not_converted', 'unmapped'), true)
ORDER BY i.practice_code, i.person, i.issued_on
