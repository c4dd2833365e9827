-- One row per person, product and day of issue: what is issued on one day is one supply. `same` numbers
-- products that are the same medicine, strength, form and release.
-- Amounts are thousandths: of a mg OME, of a defined daily dose, of a day.
SELECT
    person,
    same,
    issued_on,
    max(practice_code) AS practice_code,
    max(line) AS line,
    sum(quantity) AS quantity,
    -- Regular only if every line is, and says the same dose.
    min(CASE WHEN regular AND quantity > 0 THEN 1 ELSE 0 END) AS regular,
    min(directed_ome_milli) AS directed_ome_milli,
    min(directed_ddd_milli) AS directed_ddd_milli,
    min(directed_ome_milli) IS NOT DISTINCT FROM max(directed_ome_milli)
        AND min(directed_ddd_milli) IS NOT DISTINCT FROM max(directed_ddd_milli) AS one_dose,
    sum(CAST(round(quantity * 1000.0 / units_per_day) AS BIGINT)) AS directed_days_milli,
    sum(CASE WHEN days_supply > 0 THEN CAST(round(days_supply * 1000) AS BIGINT) END) AS recorded_days_milli,
    sum(CAST(round(quantity * ome_unit_micro / 1000.0) AS BIGINT)) AS ome_milli,
    sum(CAST(round(quantity * ddd_unit_micro / 1000.0) AS BIGINT)) AS ddd_milli,
    max(CASE WHEN release = 'patch' THEN rate_ome_milli END) AS patch_ome_milli
FROM issue
WHERE counted
GROUP BY person, same, issued_on
