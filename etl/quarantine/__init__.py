"""Rows in quarantine: what is stored of each, what to do about it, and how it is read again."""
