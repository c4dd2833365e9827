-- One row per person of the cohort at the lowest threshold and month end: adult, not excluded, and beyond that
-- threshold or on a high-dose gabapentinoid.
-- Made by people.
SELECT n.person, last_day(m.month) AS month_end, m.*
FROM patient_month AS m
CROSS JOIN policy AS p
INNER JOIN person AS n ON n.patient_key = m.patient_key
WHERE m.is_adult AND NOT m.excluded AND (m.current_ome_milli >= p.lowest_beyond_milli OR m.high_gaba)
