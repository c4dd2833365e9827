"""Management plans: are the cohort's people reviewed, planned and documented, and whom to help first?"""

from reporting.exhibits.kinds import also_measured
from reporting.exhibits.plans import caseload, headings, items, practices, reviews
from reporting.ui import layout, show
from reporting.ui.programme.come_and_gone import come_and_gone
from reporting.ui.session import view

seen = view()
layout.head(seen, "Programme", show.made(reviews.head, seen))
show.row(seen, items.people, items.handling)
show.exhibit(reviews.trend, seen)
come_and_gone(seen, "plan_flow", reviews.STATES)
show.exhibit(practices.practices, seen)
show.exhibit(caseload.caseload, seen)
show.exhibit(headings.headings, seen)
layout.listing(show.made(also_measured.plans, seen))
