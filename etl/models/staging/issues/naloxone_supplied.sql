-- One row per issue of take-home naloxone: naloxone alone, as a nasal spray or at 1 mg a ml or more (Prenoxad). Ampoules of
-- 400 micrograms a ml are for clinicians, and in a combination naloxone only guards the product. Source: DHSC, supplying
-- take-home naloxone.
SELECT n.person, s.issued_on
FROM source_issues AS s
INNER JOIN person AS n ON n.patient_key = s.patient_key
INNER JOIN product_reading AS p ON p.product = s.product
WHERE p.ingredient = 'naloxone'
    AND (
        p.form = 'nasal'
        OR (p.form = 'injection' AND p.strength_unit = 'mg/ml' AND p.strength >= 1)
        OR lower(s.product) LIKE '%prenoxad%'
    )
