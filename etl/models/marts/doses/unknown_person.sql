-- One row per practice and person in no patient extract of any practice, with issues there of opioids, gabapentinoids or
-- products not understood, which may be either: how many, the last, and what the opioid dose of the window to the
-- practice's latest month would be (from issues of any practice; a least one where without_dose). Such a person has no age,
-- no practice and no exclusion that is known, so counts nowhere.
-- Made by people.
WITH asked AS (
    SELECT i.practice_code, n.person, n.patient_key, i.issued_on, r.class <> 'gabapentinoid' AS may_be_opioid
    FROM person AS n
    ANTI JOIN source_patients AS k ON k.patient_key = n.patient_key
    INNER JOIN issue AS i ON i.person = n.person
    INNER JOIN reading AS r ON r.line = i.line AND r.class IN ('opioid', 'gabapentinoid', 'unmapped')
)

SELECT
    a.practice_code,
    a.patient_key,
    count(*) AS issues,
    count(*) FILTER (WHERE a.may_be_opioid) AS opioid_issues,
    max(a.issued_on) AS last_issued_on,
    coalesce(max(d.current_ome_milli), 0) AS current_ome_milli,
    coalesce(bool_or(d.without_dose), false) AS without_dose
FROM asked AS a
INNER JOIN practice_data AS p ON p.practice_code = a.practice_code
LEFT JOIN person_month AS d ON d.person = a.person AND d.month = CAST(date_trunc('month', p.data_to) AS DATE)
GROUP BY a.practice_code, a.patient_key
ORDER BY a.practice_code, a.patient_key
