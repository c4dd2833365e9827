-- One row per file that was sent: what became of it.
SELECT *
FROM receipt
ORDER BY number
