"""Workbooks, read in a child process."""
