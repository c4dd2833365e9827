-- One row per person, product and day of issue: what is issued on one day is one supply. `same` numbers
-- products that are the same medicine, strength, form and release. Lines with the same directions follow each other;
-- lines with others ("one in the morning", "two at night") are taken side by side, so their doses add.
-- Amounts are thousandths: of a mg OME, of a defined daily dose, of a day.
WITH by_line AS (
    SELECT
        person,
        same,
        issued_on,
        line,
        max(practice_code) AS practice_code,
        sum(quantity) AS quantity,
        min(CASE WHEN regular AND quantity IS NOT NULL THEN 1 ELSE 0 END) AS regular,
        max(units_per_day) AS units_per_day,
        max(directed_ome_milli) AS directed_ome_milli,
        max(directed_ddd_milli) AS directed_ddd_milli,
        sum(CAST(round(days_supply * 1000) AS BIGINT)) AS recorded_days_milli,
        sum(CAST(round(quantity * ome_unit_micro / 1000.0) AS BIGINT)) AS ome_milli,
        sum(CAST(round(quantity * ddd_unit_micro / 1000.0) AS BIGINT)) AS ddd_milli,
        max(CASE WHEN release = 'patch' THEN rate_ome_milli END) AS patch_ome_milli,
        bool_or(bad_quantity) AS bad_quantity,
        bool_or(bad_days) AS bad_days
    FROM issue
    WHERE counted
    GROUP BY person, same, issued_on, line
)

SELECT
    person,
    same,
    issued_on,
    max(practice_code) AS practice_code,
    list(line ORDER BY line) AS lines,
    sum(quantity) AS quantity,
    min(regular) AS regular,
    CAST(sum(directed_ome_milli) AS BIGINT) AS directed_ome_milli,
    CAST(sum(directed_ddd_milli) AS BIGINT) AS directed_ddd_milli,
    CAST(round(sum(quantity) * 1000.0 / nullif(sum(units_per_day), 0)) AS BIGINT) AS directed_days_milli,
    max(recorded_days_milli) AS recorded_days_milli,
    CAST(sum(ome_milli) AS BIGINT) AS ome_milli,
    CAST(sum(ddd_milli) AS BIGINT) AS ddd_milli,
    max(patch_ome_milli) AS patch_ome_milli,
    bool_or(bad_quantity) AS bad_quantity,
    bool_or(bad_days) AS bad_days
FROM by_line
GROUP BY person, same, issued_on
