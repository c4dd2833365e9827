-- One row per supply: what one day's issues of a product give a person, on which days. Doses are thousandths of a
-- mg OME (of a defined daily dose for gabapentinoids) a day; to_day is the first day not covered.
WITH cut AS (
    SELECT
        s.*,
        least(s.to_day, e.end_day) AS end_day,
        CASE WHEN e.end_day < s.to_day THEN e.ended_by WHEN s.spread THEN 'next issue' ELSE 'own end' END AS ended_by
    FROM supply_planned AS s
    INNER JOIN product_end AS e ON e.person = s.person AND e.same = s.same
),

dosed AS (
    SELECT
        *,
        -- What the whole supply holds. Patches go by rate, so their holding is rate times days.
        CASE WHEN basis = 'directions' THEN directed_ome_milli * days_milli / 1000.0
             WHEN patch_ome_milli IS NOT NULL THEN patch_ome_milli * days_milli / 1000.0
             ELSE ome_milli END AS held_ome,
        CASE WHEN basis = 'directions' THEN directed_ddd_milli * days_milli / 1000.0
             ELSE ddd_milli END AS held_ddd,
        -- As issued: the days recorded, else those expected, from the day of issue.
        greatest(1, CAST(round(coalesce(recorded_days_milli, days_milli) / 1000.0) AS BIGINT)) AS issued_days
    FROM cut
)

SELECT
    practice_code,
    person,
    same,
    lines,
    issued_on,
    quantity,
    basis,
    DATE '2000-01-01' + CAST(from_day AS INTEGER) AS from_day,
    DATE '2000-01-01' + CAST(greatest(end_day, from_day) AS INTEGER) AS to_day,
    CAST(round(
        CASE
            WHEN spread THEN held_ome / nullif(to_day - from_day, 0)
            WHEN basis = 'directions' THEN directed_ome_milli
            ELSE held_ome * 1000.0 / nullif(days_milli, 0)
        END
    ) AS BIGINT) AS ome_milli,
    CAST(round(
        CASE
            WHEN spread THEN held_ddd / nullif(to_day - from_day, 0)
            WHEN basis = 'directions' THEN directed_ddd_milli
            ELSE held_ddd * 1000.0 / nullif(days_milli, 0)
        END
    ) AS BIGINT) AS ddd_milli,
    directed_ome_milli,
    CAST(round(held_ome) AS BIGINT) AS issued_ome_milli,
    over_supply,
    to_day - greatest(end_day, from_day) AS surplus_days,
    ended_by,
    bad_quantity,
    bad_days,
    days_to_next,
    issued_days,
    CAST(round(coalesce(ome_milli / CAST(issued_days AS DOUBLE), patch_ome_milli, held_ome / issued_days)) AS BIGINT)
        AS issued_day_milli
FROM dosed
