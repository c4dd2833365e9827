-- One row per line (product and directions) of opioid substitution therapy: methadone, or buprenorphine in a form for
-- dependence. Patches are for pain. Source: Bedfordshire practice-level management plan, which leaves these people out.
SELECT line, CASE WHEN ingredient = 'methadone' THEN 'methadone' ELSE 'buprenorphine for dependence' END AS medicine
FROM reading
WHERE ingredient = 'methadone'
    OR (ingredient = 'buprenorphine' AND form IN ('sublingual', 'oral_lyophilisate', 'depot'))
