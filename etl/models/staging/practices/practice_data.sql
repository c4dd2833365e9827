-- One row per practice of the list: the first and last day of its data. NULL where no extract has come.
SELECT p.practice_code, min(v.month) AS data_from, last_day(max(v.month)) AS data_to
FROM source_practices AS p
LEFT JOIN coverage AS v ON v.practice_code = p.practice_code
GROUP BY p.practice_code
