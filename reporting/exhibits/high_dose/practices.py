"""How practices are named where one is selected; kept here until its last readers have moved."""

from reporting.exhibits.kinds.across import marked as marked
