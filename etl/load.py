"""Files into the store, one receipt each. Nothing is loaded that has no receipt."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from etl.intake.aside import searching
from etl.intake.files.open_file import content_hash
from etl.intake.files.read import (
    IdentifierError,
    RefusedError,
    left_in,
    loading_order,
    may_hold_patients,
    paths,
    sources,
)
from etl.intake.files.source import Source
from etl.intake.landing.doubts import PUT_OFF
from etl.intake.landing.land import Intake
from etl.intake.privacy.shown_names import shown_path
from etl.intake.search import Found, Searched, or_refused, searched
from etl.intake.workbooks.reader import READER
from etl.store import Receipt, Store, StoreError
from etl.synthetic_only import InventedOnly, check_store
from measures import policy

AHEAD = 8  # files given to search before their turn
MANY = 500  # small files: for fewer, starting a process costs what it saves
SMALL = 5_000_000  # bytes; larger ones are alone in memory
MOST_IN_MEMORY = 100_000_000  # bytes of files that are kept in memory until all others have been seen
TOGETHER = 64  # files that are acknowledged together
TOGETHER_BYTES = 8_000_000  # of files, from which fewer are: what a load that dies has to do again


def load(
    given: list[Path],
    store: Store,
    accept_smaller: bool = False,
    progress: Callable[[str], None] = lambda _: None,
    as_practice: str | None = None,
    synthetic_only: bool = False,
) -> list[Receipt]:
    """A receipt for every file (and member of a ZIP) below the paths given, in the order they were read.

    The practice list and list sizes come first, then patients, then other extracts by period. What cannot be
    judged before all files have been seen is loaded last, so their order makes no difference. `as_practice`:
    whose upload it is; a file of, or with any row of, another practice is refused and nothing of it kept.
    `synthetic_only`: nothing comes in but what belongs to invented practices.
    Raises RefusedError where a path does not exist, StoreError where another writer is at work or the store
    holds real practices, PolicyError where the policy cannot be read.
    """
    files = sorted(paths(given, store.folder), key=lambda path: (loading_order(path.name)[0], str(path)))
    if left := left_in(given):
        progress(left)
    if any(path.suffix.lower() == ".xlsx" for path in files):
        READER.prepare()
    always_refuse = policy.load().privacy.always_refuse
    receipts: list[Receipt] = []
    later: list[tuple[int, _Later]] = []  # each with its place among the receipts
    with _writing(store, accept_smaller, always_refuse, as_practice, synthetic_only) as intake:
        last = max((n for n, path in enumerate(files, start=1) if may_hold_patients(path.name)), default=0)
        for n, (path, search) in enumerate(_in_turn(intake, files), start=1):
            shown = shown_path(path)
            progress(f"{n} of {len(files)}: {shown}")
            try:
                is_last = n == len(files) and not later
                for receipt in _loaded(intake, search(), path, n < last, is_last):
                    if isinstance(receipt, _Later):
                        later.append((len(receipts) + len(later), receipt))
                    else:
                        receipts.append(receipt)
            except StoreError:
                raise
            except Exception as error:  # a file made to break a reader must not stop the others
                intake.loaded.forget(intake.number)
                receipts.append(intake.refuse(shown, _why(error), content_hash(path), _size(path)))
            _acknowledge(intake)
        judged = {}
        for n, one in sorted(later, key=lambda told: told[1].entity != "patients"):  # issues need them
            judged[n] = _judged(intake, one, progress)
            _acknowledge(intake)
    for n in sorted(judged):
        receipts.insert(n, judged[n])
    return receipts


@contextmanager
def _writing(
    store: Store, accept_smaller: bool, always_refuse: bool, as_practice: str | None, synthetic_only: bool
) -> Iterator[Intake]:
    """The intake of a store that is written to. Whatever ends the load, files before it are acknowledged."""
    with store.writing():
        if synthetic_only:
            check_store(store)
        kind = InventedOnly if synthetic_only else Intake
        intake = kind(store, accept_smaller, always_refuse, as_practice and as_practice.upper())
        try:
            yield intake
        finally:
            intake.loaded.commit()


def _acknowledge(intake: Intake) -> None:
    """Commits the receipts that wait, once they are as many as one sync is worth."""
    waiting = intake.loaded.waiting
    if len(waiting) >= TOGETHER or sum(receipt.bytes for receipt in waiting) >= TOGETHER_BYTES:
        intake.loaded.commit()


@dataclass(frozen=True)
class _Later:
    """A file that is loaded when all others have been seen; `searched` is None where that is done again."""

    source: Source
    entity: str
    path: Path
    searched: Searched | None


def _judged(intake: Intake, one: _Later, progress: Callable[[str], None]) -> Receipt:
    """The receipt of a file that had to wait for the others."""
    progress(f"{PUT_OFF}{shown_path(one.path)}")
    source, found = one.source, one.searched
    try:
        if found is None:
            source = next(told for told in sources(one.path) if told.name == one.source.name)
        receipt = intake.load(source, found or or_refused(source, intake.always_refuse, intake.layouts))
        assert receipt is not None  # it is the last time
        return receipt
    except StoreError:
        raise
    except Exception as error:
        intake.loaded.forget(intake.number)
        return intake.refuse(shown_path(one.path), _why(error), content_hash(one.path), _size(one.path))


def _in_turn(intake: Intake, files: list[Path]) -> Iterator[tuple[Path, Callable[[], Found]]]:
    """The files, each with its search for identifiers. Of many, small ones are searched by a process of its
    own while those before them are landed."""
    how = intake.always_refuse, intake.layouts
    many = sum(_size(path) <= SMALL for path in files) >= MANY
    waiting: deque[tuple[Path, Callable[[], Found]]] = deque()
    with searching(*how) if many else nullcontext() as begun:
        for path in files:
            if begun is None or _size(path) > SMALL:
                yield from waiting
                waiting.clear()
                yield path, partial(searched, path, *how)
                continue
            waiting.append((path, begun(path)))
            if len(waiting) > AHEAD:
                yield waiting.popleft()
        yield from waiting


def _loaded(
    intake: Intake, found: Found, path: Path, patients_follow: bool, is_last: bool
) -> Iterator[Receipt | _Later]:
    """The receipts of a path, or what must wait for the others. Where one file of a ZIP gives someone away,
    none comes in. `is_last`: all others are in, so a single file need not wait."""
    for source, result in found if len(found) > 1 else ():
        if isinstance(result, IdentifierError):
            raise IdentifierError(f"{source.name.partition('/')[2]}: {result}")
    patients = [n for n, (_, told) in enumerate(found) if _entity(told) == "patients"]
    for n, (source, result) in enumerate(found):
        intake.patients_may_come = patients_follow or any(at > n for at in patients)
        receipt = intake.load(source, result, last=is_last and len(found) == 1)
        if receipt is None and isinstance(result, Searched):
            yield _later(intake, source, path, result)
        elif receipt is not None:
            yield receipt


def _entity(result: Searched | RefusedError) -> str:
    return result.found.entity if isinstance(result, Searched) else ""


def _later(intake: Intake, source: Source, path: Path, searched: Searched) -> _Later:
    """A file put off, kept in memory where there is room for it."""
    if source.path is None and source.size <= SMALL and intake.in_memory + source.size <= MOST_IN_MEMORY:
        intake.in_memory += source.size
        return _Later(source, searched.found.entity, path, searched)
    return _Later(Source(source.name), searched.found.entity, path, None)


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
