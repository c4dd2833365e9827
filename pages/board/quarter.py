"""The quarter: what may be published of the latest whole quarter, chart by chart."""

from reporting.ui import layout
from reporting.ui.board import quarter
from reporting.ui.session import view

seen = view()
then = quarter.latest(seen)
layout.head(seen, "Board", quarter.head(seen, then))
if then is not None:
    quarter.published(then)
