-- One row per person, reason and spell of days in which the reason holds. Source: docs/glossary.md, "exclusion".
-- Extracts hold the latest code only, so every date that any extract of the person gave counts: a new code does not
-- undo the spell of an older one. Where the latest state has no code at all it was withdrawn, and none counts.
WITH latest AS (
    SELECT
        patient_key,
        bool_or(cancer_on IS NOT NULL) AS cancer,
        bool_or(palliative_on IS NOT NULL) AS palliative,
        bool_or(dependency_on IS NOT NULL) AS dependency
    FROM source_patients
    GROUP BY patient_key
),

coded AS (
    SELECT DISTINCT e.patient_key, e.cancer_on, e.palliative_on, e.dependency_on, l.cancer, l.palliative, l.dependency
    FROM every_patients AS e
    INNER JOIN latest AS l ON l.patient_key = e.patient_key
    WHERE coalesce(e.cancer_on, e.palliative_on, e.dependency_on) IS NOT NULL
)

SELECT patient_key, 'cancer' AS reason, cancer_on AS from_on, CAST(cancer_on + INTERVAL 5 YEAR AS DATE) AS to_on
FROM coded
WHERE cancer AND cancer_on IS NOT NULL
UNION ALL
SELECT patient_key, 'palliative', palliative_on, DATE '9999-12-31'
FROM coded
WHERE palliative AND palliative_on IS NOT NULL
UNION ALL
SELECT patient_key, 'opioid dependency', dependency_on, DATE '9999-12-31'
FROM coded
WHERE dependency AND dependency_on IS NOT NULL
UNION ALL
SELECT n.patient_key, s.medicine, i.issued_on, i.issued_on + (s.counts_days - 1)
FROM issue AS i
INNER JOIN substitution_line AS s ON s.line = i.line
INNER JOIN person AS n ON n.person = i.person
