-- One row per person and month end with an offer of referral in the year before it: the stages reached by then.
WITH spread AS (
    SELECT
        *,
        unnest(generate_series(date_trunc('month', offered_on), offered_on + INTERVAL 1 YEAR, INTERVAL 1 MONTH)) AS at_month
    FROM source_referrals
),

dated AS (
    SELECT *, CAST(at_month AS DATE) AS month, last_day(CAST(at_month AS DATE)) AS month_end
    FROM spread
)

SELECT
    n.person,
    month,
    bool_or(coalesce(referred_on <= month_end, false)) AS made,
    bool_or(coalesce(accepted_on <= month_end, false)) AS accepted,
    bool_or(coalesce(first_contact_on <= month_end, false)) AS attended,
    bool_or(coalesce(completed_on <= month_end, false)) AS completed
FROM dated AS d
INNER JOIN person AS n ON n.patient_key = d.patient_key
WHERE offered_on > month_end - INTERVAL 1 YEAR
GROUP BY n.person, month
