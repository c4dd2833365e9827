-- One row per file that counts, practice and reason for rows kept out: how many wait, of how many the
-- person is known (see etl/quarantine/known_issues.py), and what to do about them.
SELECT *
FROM quarantine
ORDER BY number, reason
