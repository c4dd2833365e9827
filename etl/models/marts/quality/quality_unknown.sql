-- One row per practice with issues of opioids, gabapentinoids or products not understood, which may be either: how many,
-- and how many of people in no patient extract, who count nowhere.
SELECT
    i.practice_code,
    count(*) AS issues,
    count(*) FILTER (WHERE k.patient_key IS NULL) AS unknown
FROM source_issues AS i
INNER JOIN product_reading AS r ON r.product = i.product AND r.class IN ('opioid', 'gabapentinoid', 'unmapped')
LEFT JOIN (SELECT DISTINCT patient_key FROM source_patients) AS k ON k.patient_key = i.patient_key
GROUP BY i.practice_code
ORDER BY i.practice_code
