-- One row per reason for declining that enough people of the area gave in the same words: as many as a count that may leave. What
-- fewer say is not repeated: a rare sentence may tell who said it.
SELECT lower(trim(declined_reason)) AS words
FROM source_referrals
CROSS JOIN policy AS p
WHERE offer_outcome = 'declined' AND declined_reason IS NOT NULL
GROUP BY lower(trim(declined_reason))
HAVING count(DISTINCT patient_key) >= max(p.fewest_alike)
