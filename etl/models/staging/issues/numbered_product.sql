-- One row per medicine, strength, form and release: the number it has in this build.
SELECT DISTINCT product_no, class, product_key, ingredient, release
FROM reading
WHERE counted
