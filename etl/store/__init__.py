"""The store on disk: landing, receipts, quarantine and releases."""

from etl.store.durable import StoreError, sync_folder, write, write_parquet
from etl.store.parts import adds_to, holds, live, missing_pieces, pieces, whole
from etl.store.receipts import Part, Receipt, Retry, files_of, number_of
from etl.store.store import Store

__all__ = ["Part", "Receipt", "Retry", "Store", "StoreError", "adds_to", "files_of", "holds", "live",
           "missing_pieces", "number_of", "pieces", "sync_folder", "whole", "write",
           "write_parquet"]  # fmt: skip
