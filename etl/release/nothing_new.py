"""What a release is made of, so that a build that would make the same again can be left undone."""

from __future__ import annotations

import datetime as dt
import hashlib
import platform
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import duckdb

from etl.release.method_changes import served
from etl.store import Receipt, Store, StoreError, files_of, live
from etl.store.release_contents import contents
from measures.policy import Policy
from medicines.overrides import Overrides

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("etl", "measures", "medicines")  # a change of any file in them makes another release
NOT_CODE = {".pyc"}


def late_before(rules: Policy) -> dt.date:
    """Months that ended before this day are late where nothing of them has come."""
    return dt.datetime.now(dt.UTC).date() - dt.timedelta(days=rules.extracts.due_days)


def fingerprint(receipts: Sequence[Receipt], rules: Policy, put_right: Overrides) -> str:
    """SHA-256 over all that a release is made of: every receipt, with the sums of what it names; the policy;
    readings put right; the program; and the last month that is due, which is all that a day decides."""
    due = late_before(rules).replace(day=1) - dt.timedelta(days=1)
    told = hashlib.sha256()
    for words in (*receipts, rules.as_json(), put_right.rows, f"{due:%Y-%m}", _program()):
        told.update(f"{words!r}\n".encode())
    return told.hexdigest()


def same_as_served(store: Store, rules: Policy, put_right: Overrides) -> str | None:
    """The release being served where a build would make the same again. None where it would not, where none
    is served, and where the release or a part that counts cannot be read whole: a build says so.

    Raises StoreError while a load or build is running, and for a receipt that cannot be read.
    """
    with store.writing():
        receipts, made, name = store.receipts(), served(store), store.current()
        if made is None or name is None or made.get("made_of") != fingerprint(receipts, rules, put_right):
            return None
        counting = {receipt.number: receipt for receipt in live(receipts).values()}.values()
        if not all(store.is_whole(receipt, path) for receipt in counting for path in files_of(receipt)):
            return None
        try:
            contents(store.releases / f"{name}.duckdb")
        except StoreError:
            return None
        return name


@cache
def _program() -> str:
    """The files of the rooms that make a release, the database and Python, in one sum."""
    told = hashlib.sha256(f"{duckdb.__version__} {platform.python_version()}".encode())
    for room in ROOMS:
        for path in sorted(path for path in (ROOT / room).rglob("*") if path.is_file()):
            if path.suffix not in NOT_CODE:
                told.update(f"\n{path.relative_to(ROOT).as_posix()}\n".encode() + path.read_bytes())
    return told.hexdigest()
