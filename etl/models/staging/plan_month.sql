-- One row per patient and month end with a taper plan that is active or paused.
SELECT DISTINCT p.patient_key, c.month
FROM plan AS p
INNER JOIN calendar AS c
    ON p.start_on <= c.month_end AND coalesce(p.ended_on > c.month_end, p.status IN ('active', 'paused'))
