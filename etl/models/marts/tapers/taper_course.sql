-- One row per reported month, area, threshold, series and 28 days counted from a start (week 0 is their first): people, and
-- quartiles of their mean dose as a share of the baseline (1.0). plan: not excluded, baseline beyond the threshold, from the
-- plan's start; a person with two plans is in both. no plan: adults who never had one by then, from the end of the first
-- month in which they had been beyond the threshold at three month ends running in this area, not excluded; baseline as for
-- a plan, the mean of the 365 days before. Either way of people with supply on at least 14 of the 28 days.
-- The quartiles are those of quantile_cont, counted through the shares in order, which can lie on the disk meanwhile.
WITH every AS (
    SELECT month, level, area, threshold, series, k, share, sum(people) AS people
    FROM course_share
    WHERE share IS NOT NULL
    GROUP BY month, level, area, threshold, series, k, share
),

ranked AS (
    SELECT
        month,
        level,
        area,
        threshold,
        series,
        k,
        share,
        sum(people) OVER (PARTITION BY month, level, area, threshold, series, k ORDER BY share) AS up_to,
        sum(people) OVER (PARTITION BY month, level, area, threshold, series, k) - 1 AS beyond_first
    FROM every
),

-- Of each quartile the shares on both sides of its place among the people.
beside AS (
    SELECT
        month,
        level,
        area,
        threshold,
        series,
        k,
        beyond_first,
        min(share) FILTER (up_to > floor(beyond_first * 0.25)) AS lower_from,
        min(share) FILTER (up_to > ceil(beyond_first * 0.25)) AS lower_to,
        min(share) FILTER (up_to > floor(beyond_first * 0.5)) AS median_from,
        min(share) FILTER (up_to > ceil(beyond_first * 0.5)) AS median_to,
        min(share) FILTER (up_to > floor(beyond_first * 0.75)) AS upper_from,
        min(share) FILTER (up_to > ceil(beyond_first * 0.75)) AS upper_to
    FROM ranked
    GROUP BY month, level, area, threshold, series, k, beyond_first
)

SELECT
    month,
    level,
    area,
    threshold,
    series,
    CAST(4 * k AS INTEGER) AS week,
    CAST(beyond_first + 1 AS BIGINT) AS people,
    round(lower_from + (lower_to - lower_from) * (beyond_first * 0.25 - floor(beyond_first * 0.25)), 12) AS lower,
    round(median_from + (median_to - median_from) * (beyond_first * 0.5 - floor(beyond_first * 0.5)), 12) AS median,
    round(upper_from + (upper_to - upper_from) * (beyond_first * 0.75 - floor(beyond_first * 0.75)), 12) AS upper
FROM beside
ORDER BY level, area, month, threshold, series DESC, week
