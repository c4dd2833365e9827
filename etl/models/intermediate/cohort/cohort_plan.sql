-- One row per person of the cohort and month end with an open management plan, with a taper or without: the plan begun
-- last, and what it held by then.
-- Made by people.
SELECT
    c.person,
    c.month,
    l.started_on,
    l.interval_days,
    CASE WHEN coalesce(l.noted_on, l.started_on) <= c.month_end THEN l.named_clinician END AS named_clinician,
    CASE WHEN coalesce(l.noted_on, l.started_on) <= c.month_end THEN l.cover_clinician END AS cover_clinician,
    coalesce(l.home_alert_on <= c.month_end, false) AS alert,
    coalesce(l.booking_note, false) AS booking_note,
    coalesce(l.pharmacy_consent IN ('given', 'declined'), false) AS pharmacy_asked,
    CASE WHEN l.pharmacy_consent = 'given' THEN l.nominated_pharmacy END AS agreed_pharmacy
FROM cohort_base AS c
INNER JOIN source_plans AS l
    ON l.patient_key = c.patient_key AND l.started_on <= c.month_end
    AND coalesce(l.ended_on > c.month_end, l.status IN ('active', 'paused'))
QUALIFY row_number() OVER (PARTITION BY c.person, c.month ORDER BY l.started_on DESC, l.plan_id DESC) = 1
