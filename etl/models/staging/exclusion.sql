-- One row per person, reason and spell of days in which the reason holds. Source: docs/glossary.md, "exclusion".
SELECT patient_key, 'cancer' AS reason, cancer_on AS from_on, CAST(cancer_on + INTERVAL 5 YEAR AS DATE) AS to_on
FROM source_patients
WHERE cancer_on IS NOT NULL
UNION ALL
SELECT patient_key, 'palliative', palliative_on, DATE '9999-12-31'
FROM source_patients
WHERE palliative_on IS NOT NULL
UNION ALL
SELECT patient_key, 'opioid dependency', dependency_on, DATE '9999-12-31'
FROM source_patients
WHERE dependency_on IS NOT NULL
UNION ALL
SELECT n.patient_key, 'methadone', i.issued_on, i.issued_on + (p.window_days - 1)
FROM issue AS i
INNER JOIN person AS n ON n.person = i.person
CROSS JOIN policy AS p
WHERE i.ingredient = 'methadone'
UNION ALL
SELECT n.patient_key, 'buprenorphine for dependence', i.issued_on, i.issued_on + (p.window_days - 1)
FROM issue AS i
INNER JOIN person AS n ON n.person = i.person
CROSS JOIN policy AS p
WHERE i.ingredient = 'buprenorphine' AND i.form IN ('sublingual', 'oral_lyophilisate', 'depot')
