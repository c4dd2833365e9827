"""Releases: put in place whole, pointed at by CURRENT, kept so that one can go back."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from etl.store import Store, StoreError, sync_folder, write
from etl.store.durable import refusals
from etl.store.release_contents import contents

KEEP = 5
NAMED = "%Y-%m-%dT%H%M%S"


def new_name(store: Store) -> str:
    """The time it is made, UTC; later than every release kept, even where the clock was put back."""
    name = f"{dt.datetime.now(dt.UTC):{NAMED}}"
    later = [release for release in names(store) if release >= name]
    if later:
        name = f"{dt.datetime.strptime(later[-1], NAMED) + dt.timedelta(seconds=1):{NAMED}}"
    return name


def clear(store: Store) -> None:
    """Removes what a build that died left behind."""
    for left in store.releases.glob(".building-*"):
        left.unlink(missing_ok=True)


def publish(store: Store, work: Path, release: str) -> None:
    """Moves a finished, closed snapshot into place and points CURRENT at it.

    It is read whole first. Raises StoreError where it cannot be, or the disk refuses: then it is removed.
    """
    if work.with_name(f"{work.name}.wal").exists():
        raise StoreError("not published: the release could not be written whole. Build again.")
    contents(work)
    path = store.releases / f"{release}.duckdb"
    try:
        with refusals(path):
            with work.open("rb+") as file:
                os.fsync(file.fileno())
            work.replace(path)
            sync_folder(store.releases)
        write(store.current_file, release.encode())
    except StoreError:
        if store.current() != release:
            path.unlink(missing_ok=True)
        raise
    for old in names(store)[:-KEEP]:
        _remove(store.releases / f"{old}.duckdb")


def names(store: Store) -> list[str]:
    """The releases kept, oldest first."""
    return sorted(p.stem for p in store.releases.glob("*.duckdb") if _is_name(p.stem))


def roll_back(store: Store, release: str) -> None:
    """Serves an earlier release again. Raises StoreError for one that is not kept or cannot be read whole,
    and while a load or build is running; then the one served stays."""
    with store.writing():
        if release not in names(store):
            there = ", ".join(names(store)) or "none"
            raise StoreError(f"there is no release {release}. Kept are: {there}.")
        contents(store.releases / f"{release}.duckdb")
        write(store.current_file, release.encode())


def _is_name(stem: str) -> bool:
    try:
        return bool(dt.datetime.strptime(stem, NAMED))
    except ValueError:
        return False


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError:
        return  # Windows: still open in the dashboard; the next publication removes it
