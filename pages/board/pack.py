"""Board pack: choose a quarter, see each slide as it will be, put its ask into words, and export."""

from reporting.ui import layout, pack
from reporting.ui.session import view

seen = view()
notes: list[str] = []
quarter = pack.quarter(seen, notes)
layout.head(seen, "Board", pack.head(seen, quarter, notes))
if quarter is not None:
    order = pack.order(seen, quarter)
    if order is not None:
        pack.preview(seen, order)
        pack.export(seen, order)
pack.history()
