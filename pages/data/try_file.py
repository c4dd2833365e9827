"""Try a file: how an extract would be read, and a layout for one that no layout fits."""

from reporting.ui import layout
from reporting.ui.data import try_file, upload
from reporting.ui.entry import gate
from reporting.ui.session import view

seen = view()
layout.head(seen, "Data", try_file.head())
may = gate.loading(seen.snapshot)
if may is not None:
    at = upload.service_for(seen, may)
    try_file.choose(at)
    try_file.found(at, may)
    try_file.saved(at, may)
