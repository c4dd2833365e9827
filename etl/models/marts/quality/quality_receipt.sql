-- One row per file that was sent: what became of it, after any retry.
SELECT *
FROM receipt
ORDER BY number
