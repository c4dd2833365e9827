"""Which report a file is, of which months, and which of its lines are rows."""
