"""Dose calculator: lines as typed, how each is read, what they add up to, and the factors behind it."""

from reporting.exhibits.data import reference
from reporting.exhibits.patients.calculator import calculated
from reporting.ui import layout
from reporting.ui.practice import calculator
from reporting.ui.session import view

seen = view()
overrides, fault = calculator.reviewed()
found = calculated(seen.snapshot, calculator.given(), overrides)
layout.head(seen, "Practice", found.head)
calculator.note()
if fault:
    calculator.note(fault)
calculator.lines(found.readings)
calculator.total(found.total)
for listing in reference.factor_listings(seen.snapshot):
    layout.listing(listing)
