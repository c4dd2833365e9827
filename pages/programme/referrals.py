"""Referrals: is help offered, and how far do people come?"""

from reporting.exhibits import also_measured, referral_declined, referral_stages, referral_waits, referrals
from reporting.exhibits.come_and_gone import ComeAndGone
from reporting.ui import layout, show
from reporting.ui.session import view

seen = view()
layout.head(seen, "Programme", show.made(referrals.head, seen))
show.exhibit(referral_stages.stages, seen)
show.row(seen, referral_waits.waits, referral_declined.declined)
show.exhibit(referrals.attended, seen)
show.exhibit(ComeAndGone("referral_attended_of_cohort"), seen)
layout.listing(show.made(also_measured.rejected, seen))
layout.listing(show.made(also_measured.referrals, seen))
