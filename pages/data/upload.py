"""Upload: extracts in, what became of each file, and publishing."""

from reporting.ui import layout
from reporting.ui.data import upload
from reporting.ui.entry import gate
from reporting.ui.session import view

seen = view()
upload.collect()
layout.head(seen, "Data", upload.head())
may = gate.loading(seen.snapshot)
if may is not None:
    at = upload.service_for(seen, may)
    upload.choose(at)
    upload.outcomes(at, seen)
    upload.publishing(at, seen, may)
