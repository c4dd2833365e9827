-- One row per supply: what one day's issues of a product give a patient, on which days. Doses are thousandths
-- of a mg OME (of a defined daily dose for gabapentinoids) a day; to_day is the first day not covered.
SELECT
    s.practice_code,
    p.patient_key,
    k.class,
    k.product_key,
    l.product,
    l.directions,
    k.ingredient,
    k.release,
    s.* EXCLUDE (practice_code, person, same, line)
FROM supply_dosed AS s
INNER JOIN person AS p ON p.person = s.person
INNER JOIN same AS k ON k.same = s.same
INNER JOIN reading AS l ON l.line = s.line
ORDER BY s.practice_code, s.person, s.issued_on, k.product_key
