"""Management plans: are the cohort's people reviewed, planned and documented, and whom to help first?"""

from reporting.exhibits import also_measured, caseload, plan_headings, plan_items, plan_practices, plans
from reporting.ui import layout, show
from reporting.ui.come_and_gone import come_and_gone
from reporting.ui.session import view

seen = view()
layout.head(seen, "Programme", show.made(plans.head, seen))
show.row(seen, plan_items.people, plan_items.handling)
show.exhibit(plans.trend, seen)
come_and_gone(seen, "plan_flow", plans.STATES)
show.exhibit(plan_practices.practices, seen)
show.exhibit(caseload.caseload, seen)
show.exhibit(plan_headings.headings, seen)
layout.listing(show.made(also_measured.plans, seen))
