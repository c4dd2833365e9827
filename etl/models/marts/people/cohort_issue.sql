-- One row per issue of an opioid or gabapentinoid that has a dose, to a person who is in the cohort (at the lowest threshold) at the end
-- of that month. Interval: two days either way are on it, more than two days before is an early request; ours.
-- Made by people.
SELECT
    c.practice_code,
    c.patient_key,
    c.month,
    i.issued_on,
    c.current_ome_milli,
    c.high_gaba,
    coalesce(d.parseable, false) AS dose_clear,
    c.interval_days,
    g.gap_days,
    abs(g.gap_days - c.interval_days) <= 2 AS on_interval,
    coalesce(i.requested_early_days > 2, false) AS early_request,
    CASE WHEN c.named_clinician IS NOT NULL AND i.issuer IS NOT NULL
        THEN i.issuer = c.named_clinician OR coalesce(i.issuer = c.cover_clinician, false) END AS issued_by_named,
    -- NULL where no pharmacy was agreed, or the issue does not say where it was sent.
    upper(i.pharmacy) = upper(c.agreed_pharmacy) AS at_agreed_pharmacy
FROM issue AS i
INNER JOIN reading AS r ON r.line = i.line
INNER JOIN person AS n ON n.person = i.person
INNER JOIN cohort_month AS c
    ON c.patient_key = n.patient_key AND c.month = CAST(date_trunc('month', i.issued_on) AS DATE)
LEFT JOIN issue_interval AS g ON g.person = i.person AND g.product_no = r.product_no AND g.issued_on = i.issued_on
LEFT JOIN direction_reading AS d ON d.directions = r.directions AND d.form = r.form
WHERE r.counted
ORDER BY c.practice_code, i.person, i.issued_on
