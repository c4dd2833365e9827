-- One row per product text and direction text issued together, by the number that supplies carry: how much of the
-- quantity a day uses up where directions are regular, and the dose they give; course: alike in lines of one medicine
-- that ask for the same; wear_assumed: a patch worn for the product's own time; unusual: flags such as
-- worn_longer, with ";" between. Readings: product, direction.
SELECT
    line, product, directions, form, course, counted, regular, units_per_day, directed_ome_milli, directed_ddd_milli,
    wear_assumed, unusual
FROM reading
ORDER BY line
