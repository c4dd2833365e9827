-- Nobody is counted at two practices in one month.
-- Made by people.
SELECT patient_key, month
FROM patient_month
GROUP BY patient_key, month
HAVING count(*) > 1
