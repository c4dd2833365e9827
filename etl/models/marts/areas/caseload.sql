-- One row per reported month, complete practice whose plans have come, threshold and named clinician (NULL: nobody is
-- named): people of the cohort.
SELECT c.month, c.practice_code, h.threshold, c.named_clinician AS clinician, count(*) AS people
FROM cohort_month AS c
INNER JOIN reported_practice AS p ON p.month = c.month AND p.area = c.practice_code AND p.level = 'practice'
INNER JOIN threshold AS h ON c.current_ome_milli >= h.beyond_milli OR c.high_gaba
ANTI JOIN quality_coverage AS q
    ON q.practice_code = c.practice_code AND q.month = c.month
    AND list_contains(string_split(q.lacking, ', '), 'plans')
GROUP BY c.month, c.practice_code, h.threshold, c.named_clinician
ORDER BY c.practice_code, c.month, h.threshold, people DESC, clinician
