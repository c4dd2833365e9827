"""Referrals: is help offered, and how far do people come?"""

from reporting.exhibits import referral_stages, referrals
from reporting.ui import layout, show
from reporting.ui.session import view

seen = view()
layout.head(seen, "Programme", show.made(referrals.head, seen))
show.exhibit(referral_stages.stages, seen)
show.exhibit(referrals.attended, seen)
