-- Nobody is counted at two practices in one month.
SELECT patient_key, month
FROM patient_month
GROUP BY patient_key, month
HAVING count(*) > 1
