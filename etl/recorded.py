"""What a command does to a store, in the audit of that store: before it does it, and how it ended."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from reporting.access import audit

Told = dict[str, Any]


@contextmanager
def recorded(store: Path, what: str, release: str = "", **asked: Any) -> Iterator[Told]:
    """Records that it begins, and then that it is done, with what is told, or that it failed and by which
    error, whose words may name a file.

    Raises AuditError where its beginning cannot be recorded: then nothing may be done. Where only its end
    cannot, that is said, as what is done is done.
    """
    who = audit.account()
    audit.record(store, what, who=who, release=release, stage="begun", **asked)
    told: Told = {}
    try:
        yield told
    except BaseException as error:
        with suppress(audit.AuditError):
            audit.record(
                store, what, who=who, release=release, stage="failed", why=type(error).__name__, **asked
            )
        raise
    release = str(told.pop("release", release))
    try:
        audit.record(store, what, who=who, release=release, **{"stage": "done", **asked, **told})
    except audit.AuditError as error:
        print(f"It is done, but the audit does not say so. {error}", file=sys.stderr)


def corrected(store: Path, release: str, of: str, sha256: str, rows: int) -> None:
    """Records that what was put right by hand is other than was recorded last. Where it cannot be, that is
    said."""
    try:
        before = (event.details for event in audit.events(store, what=("correction",)))
        last = next((told for told in before if told.get("of") == of), {})
        if last.get("sha256", "") != sha256 and (rows or last):
            audit.record(
                store, "correction", who=audit.account(), release=release, of=of, rows=rows, sha256=sha256
            )
    except audit.AuditError as error:
        print(f"The audit does not say that {of} were put right. {error}", file=sys.stderr)
