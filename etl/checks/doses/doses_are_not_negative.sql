-- No supply and no total takes anything away.
-- Made by people.
SELECT patient_key, 'supply' AS place
FROM supply
WHERE ome_milli < 0 OR ddd_milli < 0
UNION ALL
SELECT patient_key, 'segment'
FROM dose_segment
WHERE ome_milli < 0 OR ddd_milli < 0
