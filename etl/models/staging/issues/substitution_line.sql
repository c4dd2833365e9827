-- One row per line (product and directions) of opioid substitution therapy: methadone, or buprenorphine in a form for
-- dependence, and for how many days an issue counts: an implant (Sixmo) works for six months. Patches are for pain. Source: Bedfordshire practice-level management plan, which leaves these people out.
SELECT
    line,
    CASE WHEN ingredient = 'methadone' THEN 'methadone' ELSE 'buprenorphine for dependence' END AS medicine,
    CASE WHEN lower(product) LIKE '%sixmo%' OR lower(product) LIKE '%implant%' THEN greatest(183, p.window_days)
        ELSE p.window_days END AS counts_days
FROM reading
CROSS JOIN policy AS p
WHERE ingredient = 'methadone'
    OR (ingredient = 'buprenorphine' AND form IN ('sublingual', 'oral_lyophilisate', 'depot'))
