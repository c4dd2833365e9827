-- One row per reason for declining that at least 8 people of the area gave in the same words. What fewer say is not
-- repeated: a rare sentence may tell who said it.
SELECT lower(trim(declined_reason)) AS words
FROM source_referrals
WHERE offer_outcome = 'declined' AND declined_reason IS NOT NULL
GROUP BY lower(trim(declined_reason))
HAVING count(DISTINCT patient_key) >= 8
