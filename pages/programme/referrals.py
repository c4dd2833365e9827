"""Referrals: is help offered, and how far do people come?"""

from reporting.exhibits.kinds import also_measured
from reporting.exhibits.referrals import declined, practices, stages, waits
from reporting.ui import layout, show
from reporting.ui.programme.come_and_gone import come_and_gone
from reporting.ui.session import view

seen = view()
layout.head(seen, "Programme", show.made(practices.head, seen))
show.exhibit(stages.stages, seen)
show.row(seen, waits.waits, declined.declined)
show.exhibit(practices.attended, seen)
come_and_gone(seen, "referral_flow", practices.STATES)
layout.listing(show.made(also_measured.rejected, seen))
layout.listing(show.made(also_measured.referrals, seen))
