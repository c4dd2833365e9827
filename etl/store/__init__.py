"""The store on disk: landing, receipts, quarantine and releases."""

from etl.store.durable import StoreError, sync_folder, write, write_parquet
from etl.store.store import (
    Part,
    Receipt,
    Retry,
    Store,
    adds_to,
    files_of,
    holds,
    live,
    missing_pieces,
    number_of,
    pieces,
    whole,
)

__all__ = ["Part", "Receipt", "Retry", "Store", "StoreError", "adds_to", "files_of", "holds", "live",
           "missing_pieces", "number_of", "pieces", "sync_folder", "whole", "write",
           "write_parquet"]  # fmt: skip
