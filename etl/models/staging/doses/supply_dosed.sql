-- One row per supply: what one day's issues of a product give a person, on which days. Doses are thousandths of a
-- mg OME (of a defined daily dose for gabapentinoids) a day; to_day is the first day not covered. dose_basis: directions,
-- quantity, patches (worn at once, worked out from the quantity); NULL where the dose is not known or only a part of it,
-- and no_dose says why, in the words of medicines/line_arithmetic.py. Then the dose is that of the lines with regular
-- directions, NULL if there are none or they disagree: a least one, and never nought. own_days: how long it lasts where
-- neither a late nor an early collection stretches or shortens it (see supply_planned, supply_length).
-- Made by people.
WITH cut AS (
    SELECT
        i.*,
        s.* EXCLUDE (person, product_no, issued_on),
        least(s.to_day, e.end_day) AS end_day,
        CASE WHEN e.end_day < s.to_day THEN e.ended_by WHEN s.spread THEN 'next issue' ELSE 'own end' END AS ended_by,
        round(CASE WHEN basis <> 'default' THEN quantity * wear_hours / 24.0 * 1000.0 / days_milli END, 9) AS worn,
        p.most_patches,
        p.near_whole
    FROM supply_planned AS s
    INNER JOIN issue_day AS i ON i.person = s.person AND i.product_no = s.product_no AND i.issued_on = s.issued_on
    INNER JOIN product_end AS e ON e.person = s.person AND e.product_no = s.product_no
    CROSS JOIN policy AS p
),

based AS (
    SELECT
        *,
        CASE WHEN NOT coalesce(disagrees, false) THEN directed_ome_milli END AS told_ome_milli,
        CASE WHEN NOT coalesce(disagrees, false) THEN directed_ddd_milli END AS told_ddd_milli,
        CASE
            WHEN regular AND NOT coalesce(disagrees, false) THEN 'directions'
            WHEN NOT quantity_known THEN NULL
            WHEN patch_ome_milli IS NOT NULL THEN
                CASE WHEN abs(worn - round(worn)) <= near_whole AND round(worn) BETWEEN 1 AND most_patches THEN 'patches' END
            WHEN quantity * 1000.0 <= most_a_day * days_milli THEN 'quantity'
        END AS dose_basis
    FROM cut
),

dosed AS (
    SELECT
        *,
        -- What the whole supply holds. Patches go by rate, so their holding is rate times days.
        CASE dose_basis
            WHEN 'quantity' THEN ome_milli
            WHEN 'patches' THEN round(worn) * patch_ome_milli * days_milli / 1000.0
            ELSE told_ome_milli * days_milli / 1000.0 END AS held_ome,
        CASE dose_basis WHEN 'quantity' THEN ddd_milli ELSE told_ddd_milli * days_milli / 1000.0 END AS held_ddd,
        -- As issued: the days recorded, else those expected, from the day of issue.
        greatest(1, CAST(round(coalesce(recorded_days_milli, days_milli) / 1000.0) AS BIGINT)) AS issued_days
    FROM based
)

SELECT
    practice_code,
    person,
    product_no,
    first_line,
    last_line,
    issued_on,
    quantity,
    basis,
    dose_basis,
    CASE
        WHEN dose_basis IS NOT NULL THEN NULL
        WHEN bad_quantity THEN 'bad_quantity'
        WHEN bad_days THEN 'bad_days'
        WHEN patch_ome_milli IS NOT NULL THEN 'patches_worn_unclear'
        WHEN NOT quantity_known THEN 'no_quantity'
        WHEN most_a_day > 0 THEN 'beyond_a_day'
        ELSE 'quantity_in_vials_or_ml'
    END AS no_dose,
    DATE '2000-01-01' + CAST(from_day AS INTEGER) AS from_day,
    DATE '2000-01-01' + CAST(greatest(end_day, from_day) AS INTEGER) AS to_day,
    CAST(round(
        CASE
            WHEN spread THEN held_ome / nullif(to_day - from_day, 0)
            WHEN dose_basis = 'quantity' THEN held_ome * 1000.0 / nullif(days_milli, 0)
            WHEN dose_basis = 'patches' THEN round(worn) * patch_ome_milli
            ELSE told_ome_milli
        END
    ) AS BIGINT) AS ome_milli,
    CAST(round(
        CASE
            WHEN spread THEN held_ddd / nullif(to_day - from_day, 0)
            WHEN dose_basis = 'quantity' THEN held_ddd * 1000.0 / nullif(days_milli, 0)
            ELSE told_ddd_milli
        END
    ) AS BIGINT) AS ddd_milli,
    directed_ome_milli,
    CAST(round(held_ome) AS BIGINT) AS issued_ome_milli,
    over_supply,
    coalesce(disagrees, false) AS disagrees,
    to_day - greatest(end_day, from_day) AS surplus_days,
    ended_by,
    bad_quantity,
    bad_days,
    days_to_next,
    CASE
        WHEN spread THEN CAST(own_end - from_day AS DOUBLE)
        WHEN basis = 'time to next issue' THEN usual_milli / 1000.0
        ELSE CAST(greatest(end_day, from_day) - from_day AS DOUBLE)
    END AS own_days,
    issued_days,
    CAST(round(CASE
        WHEN quantity_known AND dose_basis IS NOT NULL AND most_a_day > 0 THEN ome_milli / CAST(issued_days AS DOUBLE)
        WHEN patch_ome_milli IS NULL THEN held_ome / issued_days
        WHEN dose_basis = 'patches' THEN round(worn) * patch_ome_milli
        ELSE told_ome_milli
    END) AS BIGINT) AS issued_day_milli
FROM dosed
