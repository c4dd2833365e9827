"""Cached readings of texts, kept for speed, and how they are dropped."""

import sys


def forget() -> None:
    """Drop every text read in this process: what people type is not kept in memory that they share.

    Readers cache texts up to a stated number; those without one hold the reviewed tables and stay.
    """
    modules = [module for name, module in sys.modules.items() if name.startswith("medicines.")]
    for value in [value for module in modules for value in vars(module).values()]:
        if hasattr(value, "cache_clear") and value.cache_info().maxsize is not None:
            value.cache_clear()
