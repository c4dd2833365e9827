-- One row per product text that is not understood: loaded, counted in no dose, ranked by the patients it touches.
SELECT product, reason, issues, patients
FROM product
WHERE status = 'unmapped'
ORDER BY patients DESC, product
