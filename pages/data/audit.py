"""Who looked: people viewed, files taken, loads and publications, and whether the record is whole."""

import streamlit as st

from reporting.access.audit import AuditError
from reporting.exhibits.data.audit import looked
from reporting.ui import layout, session, watch
from reporting.ui.data import audit as parts
from reporting.ui.session import view

seen = view()
if seen.scope.role != "icb":
    st.stop()
top = st.container()
asked = parts.asked()
try:
    found = looked(session.store(), asked)
except AuditError as error:
    layout.message("The record cannot be read", (watch.not_read(error),))
    st.stop()
with top:
    layout.head(seen, "Data", found.head)
if found.events:
    parts.file(seen, asked)
layout.listing(found.listing)
