-- One row per row of issues that is kept back and names a person, but not the day (first_on to last_on: its extract's
-- months) or the product: on some day of these the person may have been issued an opioid (may_be_opioid) or a
-- gabapentinoid. Rows whose day and product can be read are issues like any other.
SELECT
    k.practice_code,
    p.person,
    k.first_on,
    k.last_on,
    r.line,
    coalesce(r.class = 'opioid' OR r.status = 'unmapped', true) AS may_be_opioid,
    coalesce(r.class = 'gabapentinoid', false) AS is_gabapentinoid
FROM kept_issue AS k
INNER JOIN person AS p ON p.patient_key = k.patient_key
LEFT JOIN reading AS r ON r.product = k.product AND r.directions = ''
