-- One row per reported month, area, threshold and zone: plans whose baseline is beyond the threshold, not excluded, also
-- where there is none. Of active plans by the largest fall between consecutive 28-day means in 12 months: slow, or fast
-- (beyond the policy's amber limit); of them “not known”: the dose then or the largest fall is not known, and no fall beyond
-- red is. ended: plans that have ended, with a fall beyond red in 12 months.
WITH told AS (
    SELECT
        t.practice_code,
        t.month,
        h.threshold,
        unnest([
            CASE WHEN t.active AND t.max_fall_percent_12m > p.amber_fall_percent THEN 'fast' WHEN t.active THEN 'slow' END,
            CASE WHEN t.active AND NOT (t.now_known AND t.fall_known) AND t.red_fell_on IS NULL THEN 'not known' END,
            CASE WHEN NOT t.open AND t.red_fell_on IS NOT NULL THEN 'ended' END
        ]) AS zone
    FROM taper_month AS t
    CROSS JOIN policy AS p
    INNER JOIN threshold AS h ON t.baseline_milli >= h.beyond_milli
    WHERE NOT t.excluded AND t.month IN (SELECT month FROM reported_month)
),

counted AS (
    SELECT practice_code, month, threshold, zone, count(*) AS people
    FROM told
    GROUP BY practice_code, month, threshold, zone
)

SELECT
    p.month,
    p.level,
    p.area,
    h.threshold,
    z.zone,
    CAST(coalesce(sum(c.people), 0) AS BIGINT) AS people
FROM reported_practice AS p
CROSS JOIN threshold AS h
CROSS JOIN (SELECT unnest(['slow', 'fast', 'not known', 'ended']) AS zone) AS z
LEFT JOIN counted AS c
    ON c.practice_code = p.practice_code AND c.month = p.month AND c.threshold = h.threshold AND c.zone = z.zone
GROUP BY p.month, p.level, p.area, h.threshold, z.zone
ORDER BY p.level, p.area, p.month, h.threshold, z.zone
