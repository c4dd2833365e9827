-- One row per issue in no dose although it may be an opioid, with its text and why.
SELECT i.* EXCLUDE (line), l.product, l.directions, p.reason, p.ingredient, p.form
FROM issue_without_dose AS i
INNER JOIN line AS l ON l.line = i.line
INNER JOIN product AS p ON p.product = l.product
