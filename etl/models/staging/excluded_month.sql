-- One row per patient and month end at which a reason for exclusion holds: the reasons, joined.
SELECT
    patient_key,
    month,
    string_agg(reason, '; ' ORDER BY reason) AS reasons
FROM (
    SELECT DISTINCT e.patient_key, e.reason, c.month
    FROM exclusion AS e
    INNER JOIN calendar AS c ON e.from_on <= c.month_end AND e.to_on >= c.month_end
)
GROUP BY patient_key, month
