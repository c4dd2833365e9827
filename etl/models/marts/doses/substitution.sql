-- One row per person registered with a practice at the end of its data who was issued a medicine of opioid substitution
-- therapy and an opioid for pain in the window before. They are in no cohort, and doses of the two are never added up:
-- pain_milli is that of the opioids for pain, NULL where none has a dose; all_dosed says that each of them has one.
-- Source: Bedfordshire practice-level management plan; that they have a list of their own is ours.
-- Made by people.
WITH recent AS (
    SELECT
        r.practice_code,
        r.age_band,
        r.sex,
        p.data_to,
        i.person,
        l.ingredient,
        i.issued_on,
        s.medicine
    FROM practice_data AS p
    CROSS JOIN policy AS y
    INNER JOIN registration AS r
        ON r.practice_code = p.practice_code AND r.registered_from <= p.data_to AND r.registered_to > p.data_to
    INNER JOIN issue AS i
        ON i.person = r.person AND i.issued_on <= p.data_to
    INNER JOIN reading AS l ON l.line = i.line
    LEFT JOIN substitution_line AS s ON s.line = i.line
    WHERE l.class = 'opioid' AND i.issued_on > p.data_to - coalesce(s.counts_days, y.window_days)
        AND i.person IN (SELECT x.person FROM issue AS x INNER JOIN substitution_line AS o ON o.line = x.line)
),

both_kinds AS (
    SELECT
        practice_code,
        person,
        min(age_band) AS age_band,
        min(sex) AS sex,
        max(data_to) AS data_to,
        string_agg(DISTINCT medicine, ', ' ORDER BY medicine) AS substitution,
        max(CASE WHEN medicine IS NOT NULL THEN issued_on END) AS substitution_on,
        string_agg(DISTINCT CASE WHEN medicine IS NULL THEN ingredient END, ', '
            ORDER BY CASE WHEN medicine IS NULL THEN ingredient END) AS for_pain,
        max(CASE WHEN medicine IS NULL THEN issued_on END) AS for_pain_on
    FROM recent
    GROUP BY practice_code, person
    HAVING count(medicine) > 0 AND count(*) > count(medicine)
),

undosed AS (
    SELECT DISTINCT b.practice_code, b.person
    FROM both_kinds AS b
    CROSS JOIN policy AS y
    INNER JOIN person AS n ON n.person = b.person
    INNER JOIN issue_without_dose AS w
        ON w.patient_key = n.patient_key AND w.last_on > b.data_to - y.window_days AND w.issued_on <= b.data_to
    LEFT JOIN substitution_line AS s ON s.line = w.line
    WHERE s.line IS NULL
)

SELECT
    b.practice_code,
    n.patient_key,
    CAST(date_trunc('month', b.data_to) AS DATE) AS month,
    b.age_band,
    b.sex,
    b.substitution,
    b.substitution_on,
    b.for_pain,
    b.for_pain_on,
    nullif(m.current_ome_milli, 0) AS pain_milli,
    coalesce(m.current_ome_milli > 0 AND u.person IS NULL, false) AS all_dosed,
    coalesce(m.with_gabapentinoid, false) AS with_gabapentinoid,
    coalesce(m.with_sedative, false) AS with_sedative
FROM both_kinds AS b
INNER JOIN person AS n ON n.person = b.person
LEFT JOIN undosed AS u ON u.practice_code = b.practice_code AND u.person = b.person
LEFT JOIN patient_month AS m
    ON m.practice_code = b.practice_code AND m.patient_key = n.patient_key
    AND m.month = CAST(date_trunc('month', b.data_to) AS DATE)
ORDER BY b.practice_code, n.patient_key
