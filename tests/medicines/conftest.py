"""The shared cases are collected only in a checkout that has them; all else here stands alone."""

from tests.medicines.cases import SHARED

collect_ignore = [] if SHARED.exists() else ["test_medicine_gold.py"]
