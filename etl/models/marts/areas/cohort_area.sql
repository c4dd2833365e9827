-- One row per reported month, area, threshold, step of cohort_waterfall and outcome: its complete practices added up, also
-- where nobody is in it.
WITH known AS (
    SELECT DISTINCT h.threshold, w.step, w.stage, w.outcome
    FROM cohort_waterfall AS w
    CROSS JOIN threshold AS h
)

SELECT
    p.month,
    p.level,
    p.area,
    k.threshold,
    k.step,
    k.stage,
    k.outcome,
    CAST(coalesce(sum(w.people), 0) AS BIGINT) AS people
FROM reported_practice AS p
CROSS JOIN known AS k
LEFT JOIN cohort_waterfall AS w
    ON w.practice_code = p.practice_code AND w.month = p.month AND w.threshold = k.threshold
    AND w.step = k.step AND w.outcome = k.outcome
GROUP BY p.month, p.level, p.area, k.threshold, k.step, k.stage, k.outcome
ORDER BY p.level, p.area, p.month, k.threshold, k.step, k.outcome
