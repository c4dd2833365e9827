"""Rows into the store: whose they are, what they replace, what waits for a person."""
