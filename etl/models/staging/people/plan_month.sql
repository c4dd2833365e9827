-- One row per person and month end with a taper plan that is active or paused.
SELECT DISTINCT n.person, c.month
FROM plan AS p
INNER JOIN person AS n ON n.patient_key = p.patient_key
INNER JOIN calendar AS c
    ON p.start_on <= c.month_end AND coalesce(p.ended_on > c.month_end, p.status IN ('active', 'paused'))
