"""How exhibits and filters are shown in the browser."""
