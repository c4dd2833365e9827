-- One row per person, product and day of issue: what is issued on one day is one supply. `product_no` numbers
-- products that are the same medicine, strength, form and release, with every part of a combination. Lines that ask for
-- the same course follow each other, whatever their names and words; lines that ask for others ("one in the morning",
-- "two at night") are taken side by side, so their doses add. regular: every line's directions give one amount a day;
-- disagrees: quantity by the days recorded is three times or more off them. most_a_day and wear_hours are nought where
-- the quantity of some line tells no dose. Amounts are thousandths: of a mg OME, of a defined daily dose, of a day.
-- Most days have one line; only the others are grouped, which is much of the work.
WITH several AS (
    SELECT person, product_no, issued_on
    FROM issue
    WHERE counted
    GROUP BY person, product_no, issued_on
    HAVING count(*) > 1
),

line AS (
    SELECT
        i.*,
        s.person IS NOT NULL AS is_one_of,
        CAST(round(i.quantity * i.ome_unit_micro / 1000.0) AS BIGINT) AS ome_milli,
        CAST(round(i.quantity * i.ddd_unit_micro / 1000.0) AS BIGINT) AS ddd_milli,
        CASE WHEN i.release = 'patch' THEN i.rate_ome_milli END AS patch_ome_milli
    FROM issue AS i
    LEFT JOIN several AS s ON s.person = i.person AND s.product_no = i.product_no AND s.issued_on = i.issued_on
    WHERE i.counted
),

by_course AS (
    SELECT
        is_one_of,
        person,
        product_no,
        issued_on,
        practice_code,
        line AS first_line,
        line AS last_line,
        quantity,
        quantity IS NOT NULL AS quantity_known,
        regular,
        units_per_day,
        directed_ome_milli,
        directed_ddd_milli,
        days_supply,
        CAST(ome_milli AS HUGEINT) AS ome_milli,
        CAST(ddd_milli AS HUGEINT) AS ddd_milli,
        coalesce(most_a_day, 0) AS most_a_day,
        coalesce(wear_hours, 0) AS wear_hours,
        patch_ome_milli,
        bad_quantity,
        bad_days
    FROM line
    WHERE NOT is_one_of
    UNION ALL
    SELECT
        true,
        person,
        product_no,
        issued_on,
        max(practice_code),
        min(line),
        max(line),
        sum(quantity),
        count(*) = count(quantity),
        bool_and(regular),
        max(units_per_day),
        max(directed_ome_milli),
        max(directed_ddd_milli),
        CASE WHEN count(*) = count(days_supply) THEN sum(days_supply) END,
        sum(ome_milli),
        sum(ddd_milli),
        min(coalesce(most_a_day, 0)),
        min(coalesce(wear_hours, 0)),
        max(patch_ome_milli),
        bool_or(bad_quantity),
        bool_or(bad_days)
    FROM line
    WHERE is_one_of
    GROUP BY person, product_no, issued_on, course
),

told AS (
    SELECT
        c.* EXCLUDE (directed_ome_milli, directed_ddd_milli),
        regular AND quantity_known AND most_a_day > 0 AND (
            quantity >= p.apart * units_per_day * days_supply OR p.apart * quantity <= units_per_day * days_supply
        ) AS disagrees,
        CASE WHEN regular THEN directed_ome_milli END AS directed_ome_milli,
        CASE WHEN regular THEN directed_ddd_milli END AS directed_ddd_milli,
        CASE WHEN quantity_known THEN quantity END AS known_quantity,
        CASE WHEN quantity_known THEN units_per_day END AS known_a_day
    FROM by_course AS c
    CROSS JOIN policy AS p
),

by_day AS (
    SELECT
        person,
        product_no,
        issued_on,
        practice_code,
        first_line,
        last_line,
        quantity,
        quantity_known,
        regular,
        disagrees,
        directed_ome_milli,
        directed_ddd_milli,
        known_quantity,
        known_a_day,
        days_supply,
        ome_milli,
        ddd_milli,
        most_a_day,
        wear_hours,
        patch_ome_milli,
        bad_quantity,
        bad_days
    FROM told
    WHERE NOT is_one_of
    UNION ALL
    SELECT
        person,
        product_no,
        issued_on,
        max(practice_code),
        min(first_line),
        max(last_line),
        sum(quantity),
        bool_and(quantity_known),
        bool_and(regular),
        bool_or(disagrees),
        sum(directed_ome_milli),
        sum(directed_ddd_milli),
        sum(known_quantity),
        sum(known_a_day),
        max(days_supply),
        sum(ome_milli),
        sum(ddd_milli),
        min(most_a_day),
        min(wear_hours),
        max(patch_ome_milli),
        bool_or(bad_quantity),
        bool_or(bad_days)
    FROM told
    WHERE is_one_of
    GROUP BY person, product_no, issued_on
)

SELECT
    person,
    product_no,
    issued_on,
    practice_code,
    first_line,
    last_line,
    quantity,
    quantity_known,
    regular,
    disagrees,
    CAST(directed_ome_milli AS BIGINT) AS directed_ome_milli,
    CAST(directed_ddd_milli AS BIGINT) AS directed_ddd_milli,
    CAST(round(known_quantity * 1000.0 / nullif(known_a_day, 0)) AS BIGINT) AS directed_days_milli,
    CAST(round(days_supply * 1000) AS BIGINT) AS recorded_days_milli,
    CAST(ome_milli AS BIGINT) AS ome_milli,
    CAST(ddd_milli AS BIGINT) AS ddd_milli,
    most_a_day,
    wear_hours,
    patch_ome_milli,
    bad_quantity,
    bad_days
FROM by_day
