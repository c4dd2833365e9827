-- One row per file and reason for rows kept out: how many.
SELECT *
FROM quarantine
ORDER BY number, reason
