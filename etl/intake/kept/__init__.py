"""Rows that are kept back, what is known of them and what to do."""
