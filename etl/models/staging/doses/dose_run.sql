-- One row per person, kind (see dose_event) and run of days with one total dose: a sweep over the starts and ends of
-- supplies. to_day is the first day not covered. unknown: supplies of unknown dose among them, so that the total is a
-- least one; where no supply has a known dose (supplies nought) it is no total at all.
-- Made by people.
WITH daily AS (
    SELECT
        person,
        kind,
        day,
        sum(ome) AS ome,
        sum(ddd) AS ddd,
        sum(directed) AS directed,
        sum(supplies) AS supplies,
        sum(unknown) AS unknown
    FROM dose_event
    GROUP BY person, kind, day
    -- A supply that takes over from another like it changes nothing: the run goes on.
    HAVING sum(ome) <> 0 OR sum(ddd) <> 0 OR sum(directed) <> 0 OR sum(supplies) <> 0 OR sum(unknown) <> 0
),

running AS (
    SELECT
        person,
        kind,
        day AS from_day,
        lead(day) OVER (PARTITION BY person, kind ORDER BY day) AS to_day,
        CAST(sum(ome) OVER course AS BIGINT) AS ome_milli,
        CAST(sum(ddd) OVER course AS BIGINT) AS ddd_milli,
        CAST(sum(directed) OVER course AS BIGINT) AS directed_ome_milli,
        CAST(sum(supplies) OVER course AS INTEGER) AS supplies,
        CAST(sum(unknown) OVER course AS INTEGER) AS unknown
    FROM daily
    WINDOW course AS (PARTITION BY person, kind ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
)

SELECT *
FROM running
WHERE (supplies > 0 OR unknown > 0) AND to_day IS NOT NULL
