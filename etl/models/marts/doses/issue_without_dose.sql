-- One row per issue that is in no dose although it may be an opioid: not converted, not understood (unmapped), of a
-- supply whose dose, or a part of it, is not known (unclear; why, in the words of medicines/line_arithmetic.py), or kept back
-- since its day or product cannot be read (kept back): then line may be NULL, and it was issued on some day from
-- issued_on to last_on.
-- Made by people.
WITH undosed AS (
    SELECT person, product_no, issued_on, no_dose
    FROM supply_dosed
    WHERE no_dose IS NOT NULL
),

without AS (
    SELECT
        i.practice_code, i.person, i.issued_on, i.line, i.quantity, coalesce(r.status, 'unmapped') AS status, NULL AS no_dose
    FROM issue AS i
    LEFT JOIN reading AS r ON r.line = i.line
    WHERE coalesce(r.status IN ('not_converted', 'unmapped'), true)
    UNION ALL
    SELECT i.practice_code, i.person, i.issued_on, i.line, i.quantity, 'unclear', u.no_dose
    FROM issue AS i
    INNER JOIN reading AS r ON r.line = i.line
    INNER JOIN undosed AS u ON u.person = i.person AND u.product_no = r.product_no AND u.issued_on = i.issued_on
    WHERE r.class = 'opioid' AND r.counted
),

dated AS (
    SELECT *, issued_on AS last_on
    FROM without
    UNION ALL
    SELECT practice_code, person, first_on, line, NULL, 'kept back', NULL, last_on
    FROM undated_issue
    WHERE may_be_opioid
)

SELECT w.practice_code, p.patient_key, w.issued_on, w.last_on, w.line, w.quantity, w.status, w.no_dose
FROM dated AS w
INNER JOIN person AS p ON p.person = w.person
ORDER BY w.practice_code, w.person, w.issued_on
