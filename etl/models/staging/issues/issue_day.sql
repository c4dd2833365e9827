-- One row per person, product and day of issue: what is issued on one day is one supply. `product_no` numbers
-- products that are the same medicine, strength, form and release, with every part of a combination. Lines that ask for
-- the same course follow each other, whatever their names and words; lines that ask for others ("one in the morning",
-- "two at night") are taken side by side, so their doses add. regular: every line's directions give one amount a day;
-- disagrees: quantity by the days recorded is three times or more off them. most_a_day and wear_hours are nought where
-- the quantity of some line tells no dose. Amounts are thousandths: of a mg OME, of a defined daily dose, of a day.
-- Made by people.
WITH by_course AS (
    SELECT
        i.person,
        r.product_no,
        i.issued_on,
        max(i.practice_code) AS practice_code,
        min(i.line) AS first_line,
        max(i.line) AS last_line,
        sum(i.quantity) AS quantity,
        count(*) = count(i.quantity) AS quantity_known,
        bool_and(r.regular AND NOT i.beyond) AS regular,
        max(r.units_per_day) AS units_per_day,
        max(r.directed_ome_milli) AS directed_ome_milli,
        max(r.directed_ddd_milli) AS directed_ddd_milli,
        CASE WHEN count(*) = count(i.days_supply) THEN sum(i.days_supply) END AS days_supply,
        sum(CAST(round(i.quantity * r.ome_unit_micro / 1000.0) AS BIGINT)) AS ome_milli,
        sum(CAST(round(i.quantity * r.ddd_unit_micro / 1000.0) AS BIGINT)) AS ddd_milli,
        min(CASE WHEN i.beyond THEN 0 ELSE coalesce(r.most_a_day, 0) END) AS most_a_day,
        min(CASE WHEN i.beyond THEN 0 ELSE coalesce(r.wear_hours, 0) END) AS wear_hours,
        max(CASE WHEN r.release = 'patch' THEN r.rate_ome_milli END) AS patch_ome_milli,
        bool_or(i.bad_quantity) AS bad_quantity,
        bool_or(i.bad_days) AS bad_days
    FROM issue AS i
    INNER JOIN reading AS r ON r.line = i.line
    WHERE r.counted
    GROUP BY i.person, r.product_no, i.issued_on, r.course
)

SELECT
    person,
    product_no,
    issued_on,
    max(practice_code) AS practice_code,
    min(first_line) AS first_line,
    max(last_line) AS last_line,
    sum(quantity) AS quantity,
    bool_and(quantity_known) AS quantity_known,
    bool_and(regular) AS regular,
    -- apart is a hair below three, so that what is exactly three times apart is so in doubles too.
    bool_or(regular AND quantity_known AND most_a_day > 0 AND (
        quantity >= p.apart * units_per_day * days_supply OR p.apart * quantity <= units_per_day * days_supply
    )) AS disagrees,
    CAST(sum(CASE WHEN regular THEN directed_ome_milli END) AS BIGINT) AS directed_ome_milli,
    CAST(sum(CASE WHEN regular THEN directed_ddd_milli END) AS BIGINT) AS directed_ddd_milli,
    CAST(round(
        sum(CASE WHEN quantity_known THEN quantity END) * 1000.0
            / nullif(sum(CASE WHEN quantity_known THEN units_per_day END), 0)
    ) AS BIGINT) AS directed_days_milli,
    CAST(round(max(days_supply) * 1000) AS BIGINT) AS recorded_days_milli,
    CAST(sum(ome_milli) AS BIGINT) AS ome_milli,
    CAST(sum(ddd_milli) AS BIGINT) AS ddd_milli,
    min(most_a_day) AS most_a_day,
    min(wear_hours) AS wear_hours,
    max(patch_ome_milli) AS patch_ome_milli,
    bool_or(bad_quantity) AS bad_quantity,
    bool_or(bad_days) AS bad_days
FROM by_course
CROSS JOIN policy AS p
GROUP BY person, product_no, issued_on
