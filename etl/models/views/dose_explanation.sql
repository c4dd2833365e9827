-- One row per supply and line of it: what a patient's dose on the days from from_day to the day before to_day is made
-- of. Dose of the whole supply in thousandths (ome_milli, ddd_milli); of the line, where its directions are regular, in
-- directed_ome_milli and directed_ddd_milli. Readings, their overrides, and where the length comes from.
WITH supplied AS (
    SELECT * EXCLUDE (lines, class, ingredient, release, directed_ome_milli), unnest(lines) AS line
    FROM supply
)

SELECT
    s.*,
    l.product,
    l.directions,
    l.course,
    l.wear_assumed,
    l.unusual,
    l.units_per_day,
    l.directed_ome_milli,
    l.directed_ddd_milli,
    p.class,
    p.ingredient,
    p.strength,
    p.strength_unit,
    p.form,
    p.release,
    p.ome_unit_micro,
    p.factor,
    p.factor_source,
    d.units_per_day_min,
    d.units_per_day_max,
    d.unit AS direction_unit,
    d.prn,
    d.patch_interval_hours,
    d.patches_at_once,
    d.parseable,
    d.reason AS direction_reason,
    d.words,
    op.words AS product_override,
    od.words AS directions_override
FROM supplied AS s
INNER JOIN line AS l ON l.line = s.line
INNER JOIN product AS p ON p.product = l.product
LEFT JOIN direction AS d ON d.directions = l.directions AND d.form = l.form
LEFT JOIN quality_override AS op ON op.override = p.override
LEFT JOIN quality_override AS od ON od.override = d.override
