-- One row per month that pages, packs and reports speak of as the latest: ends of quarters, and the last month of all.
SELECT month, month_end
FROM calendar
WHERE month(month) % 3 = 0 OR month = (SELECT max(month) FROM calendar)
