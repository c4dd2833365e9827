"""Files into the store, one receipt each. Nothing is loaded that has no receipt."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from etl.intake.apart import READER
from etl.intake.land import Intake
from etl.intake.privacy.names import shown_path
from etl.intake.read import IdentifierError, RefusedError, loading_order, paths, sources
from etl.intake.regular import content_hash
from etl.intake.search import Searched
from etl.intake.source import Source
from etl.store import Receipt, Store, StoreError
from etl.synthetic import InventedOnly, check_store
from measures import policy

AHEAD = 2  # files searched before their turn
SMALL = 5_000_000  # bytes; larger ones are alone in memory
Found = list[tuple[Source, Searched | RefusedError]]


def load(
    given: list[Path],
    store: Store,
    accept_smaller: bool = False,
    progress: Callable[[str], None] = lambda _: None,
    as_practice: str | None = None,
    synthetic_only: bool = False,
) -> list[Receipt]:
    """A receipt for every file (and member of a ZIP) below the paths given, in the order they were loaded.

    The practice list and list sizes come first, then extracts by period. `as_practice`: whose upload it is; a
    file of, or with any row of, another practice is refused and nothing of it kept. `synthetic_only`: nothing
    comes in but what belongs to invented practices. Raises RefusedError where a path does not exist,
    StoreError where another writer is at work or the store holds real practices, PolicyError where the policy
    cannot be read.
    """
    files = sorted(paths(given), key=lambda path: (loading_order(path.name)[0], str(path)))
    if any(path.suffix.lower() == ".xlsx" for path in files):
        READER.prepare()
    always_refuse = policy.load().privacy.always_refuse
    receipts: list[Receipt] = []
    with store.writing():
        if synthetic_only:
            check_store(store)
        kind = InventedOnly if synthetic_only else Intake
        intake = kind(store, accept_smaller, always_refuse, as_practice and as_practice.upper())
        for n, (path, search) in enumerate(_in_turn(intake, files), start=1):
            shown = shown_path(path)
            progress(f"{n} of {len(files)}: {shown}")
            try:
                for receipt in _loaded(intake, search.result()):
                    receipts.append(receipt)
            except StoreError:
                raise
            except Exception as error:  # a file made to break a reader must not stop the others
                store.forget(intake.number)
                receipts.append(intake.refuse(shown, _why(error), content_hash(path), _size(path)))
    return receipts


def _in_turn(intake: Intake, files: list[Path]) -> Iterator[tuple[Path, Future[Found]]]:
    """The files, each with its search for identifiers. Small ones are searched while those before them are
    still being landed, which mostly waits for the disk."""
    waiting: deque[tuple[Path, Future[Found]]] = deque()
    with ThreadPoolExecutor(1) as pool:
        for path in files:
            if _size(path) > SMALL:
                yield from waiting
                waiting.clear()
            waiting.append((path, pool.submit(_searched, intake, path)))
            if len(waiting) > AHEAD or _size(path) > SMALL:
                yield waiting.popleft()
        yield from waiting


def _searched(intake: Intake, path: Path) -> Found:
    """The files of a path, itself or the members of a ZIP, each searched; nothing of them is kept yet."""
    return [(source, intake.search(source)) for source in list(sources(path))]


def _loaded(intake: Intake, found: Found) -> Iterator[Receipt]:
    """The receipts of a path. Where one file of a ZIP gives someone away, none comes in."""
    for source, result in found if len(found) > 1 else ():
        if isinstance(result, IdentifierError):
            raise IdentifierError(f"{source.name.partition('/')[2]}: {result}")
    for source, result in found:
        yield intake.load(source, result)


def _why(error: Exception) -> str:
    if isinstance(error, RefusedError):
        return str(error)
    if isinstance(error, OSError):
        why = error.strerror or "no reason given"
        return f"the disk refused ({why}). Put it right, then load this file again."
    return f"cannot be read ({type(error).__name__}). Export it again."


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
