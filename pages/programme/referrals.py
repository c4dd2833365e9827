"""Referrals: is help offered, and how far do people come?"""

from reporting.exhibits import also_measured, referral_declined, referral_stages, referral_waits, referrals
from reporting.ui import layout, show
from reporting.ui.come_and_gone import come_and_gone
from reporting.ui.session import view

seen = view()
layout.head(seen, "Programme", show.made(referrals.head, seen))
show.exhibit(referral_stages.stages, seen)
show.row(seen, referral_waits.waits, referral_declined.declined)
show.exhibit(referrals.attended, seen)
come_and_gone(seen, "referral_flow", referrals.STATES)
layout.listing(show.made(also_measured.rejected, seen))
layout.listing(show.made(also_measured.referrals, seen))
