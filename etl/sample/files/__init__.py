"""Invented rows in the files that clinical systems export."""
