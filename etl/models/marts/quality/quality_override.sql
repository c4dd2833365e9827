-- One row per reading put right by a person: what it says, and how many issues and patients it acts on in this build.
WITH acting AS (
    SELECT override, issues, patients
    FROM product
    WHERE override IS NOT NULL
    UNION ALL
    SELECT override, issues, patients
    FROM direction
    WHERE override IS NOT NULL
)

SELECT
    o.override,
    o.kind,
    o.text,
    o.reading,
    o.reviewed_by,
    CAST(o.reviewed_on AS DATE) AS reviewed_on,
    o.reason,
    o.words,
    o.warning,
    CAST(coalesce(sum(a.issues), 0) AS BIGINT) AS issues,
    CAST(coalesce(sum(a.patients), 0) AS BIGINT) AS patients
FROM override AS o
LEFT JOIN acting AS a ON a.override = o.override
GROUP BY ALL
ORDER BY o.override
