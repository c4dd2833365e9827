-- One row per product text and direction text issued together, by the number that supplies carry: how much of the
-- quantity a day uses up where directions are regular, and the dose they give. Readings: product, direction.
SELECT line, product, directions, form, counted, regular, units_per_day, directed_ome_milli, directed_ddd_milli
FROM reading
ORDER BY line
