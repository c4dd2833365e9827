-- One row per patient and month end at which a reason for exclusion holds: the reasons, joined.
SELECT
    x.patient_key,
    n.person,
    x.month,
    string_agg(x.reason, '; ' ORDER BY x.reason) AS reasons
FROM (
    SELECT DISTINCT e.patient_key, e.reason, c.month
    FROM exclusion AS e
    INNER JOIN calendar AS c ON e.from_on <= c.month_end AND e.to_on >= c.month_end
) AS x
LEFT JOIN person AS n ON n.patient_key = x.patient_key
GROUP BY x.patient_key, n.person, x.month
