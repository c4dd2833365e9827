"""Files into the store, one receipt each. Nothing is loaded that has no receipt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from etl.intake.land import Intake
from etl.intake.read import RefusedError, loading_order, paths, sources
from etl.store import Receipt, Store


def load(
    given: list[Path],
    store: Store,
    accept_smaller: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Receipt]:
    """A receipt for every file (and member of a ZIP) below the paths given, in the order they were loaded.

    The practice list and list sizes come first, then extracts by period. Raises RefusedError where a path
    does not exist and StoreError where another writer is at work.
    """
    files = sorted(paths(given), key=lambda path: (loading_order(path.name)[0], str(path)))
    receipts: list[Receipt] = []
    with store.writing():
        intake = Intake(store, accept_smaller)
        for n, path in enumerate(files, start=1):
            progress(f"{n} of {len(files)}: {path.name}")
            try:
                for source in sources(path):
                    receipts.append(intake.load(source))
            except RefusedError as error:
                receipts.append(intake.refuse(path.name, str(error)))
            except Exception as error:  # a file made to break a reader must not stop the others
                if not isinstance(error, OSError):
                    words = f"cannot be read ({type(error).__name__}). Export it again."
                    receipts.append(intake.refuse(path.name, words))
                    continue
                words = (
                    f"the disk refused ({error.strerror or error}). Put it right, then load this file again."
                )
                receipts.append(intake.refuse(path.name, words))
    return receipts
