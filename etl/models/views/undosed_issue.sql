-- One row per issue in no dose although it may be an opioid, with its text, where that can be read, and why.
SELECT i.* EXCLUDE (line), l.product, l.directions, p.reason, p.ingredient, p.form
FROM issue_without_dose AS i
LEFT JOIN line AS l ON l.line = i.line
LEFT JOIN product AS p ON p.product = l.product
