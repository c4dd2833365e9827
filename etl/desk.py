"""What the upload page may ask of the intake: take files in, and publish. Both run in a process of their own,
so that no file can take the server down, and its memory comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from etl import child
from etl.in_words import Told, not_taken, told
from etl.intake.privacy.names import shown_path
from etl.store import Receipt, Store, StoreError
from etl.uploads import LONGEST_NAME, Upload, Written, clean_name, sweep, too_long, written

Progress = Callable[[float, str], None]  # the share done, 0 to 1, and what is at work
MODELS = Path(__file__).resolve().parent / "models"
AT = re.compile(r"^(\d+) of (\d+): (.*)$")
BROKE_OFF = (
    "Not taken in: the process that read it broke off. Nothing of it was kept. Use the command line for it."
)


class DeskError(Exception):
    """Why nothing was done, in a sentence."""


@dataclass(frozen=True)
class Taken:
    """One upload and what became of it; of a ZIP, of each file in it."""

    upload: Upload
    receipts: tuple[Told, ...]

    @property
    def waits(self) -> bool:
        """Whether it waits for a person to accept fewer rows than before."""
        return any(receipt.outcome == "smaller" for receipt in self.receipts)


@dataclass(frozen=True)
class Desk:
    """A store as the upload page sees it. practice: whose files alone may come in, None for any practice's.
    synthetic_only: whether only invented practices may."""

    store: Path
    practice: str | None = None
    synthetic_only: bool = False

    def take_in(
        self, uploads: Sequence[Upload], progress: Progress, accept_smaller: bool = False
    ) -> tuple[Taken, ...]:
        """What became of each upload. A file that fails does not stop the others.

        The uploads are written to a private folder, which is deleted whatever happens. Raises DeskError where
        nothing can be loaded, such as when another load is running.
        """
        named, unfit = _fit(uploads)
        with written(named) as files:
            shown = {file.path: shown_path(file.path) for file in files}
            receipts = self._loaded(files, progress, accept_smaller)
        found = [Taken(f.upload, tuple(t for t in receipts if _is_of(t, shown[f.path]))) for f in files]
        return (*found, *unfit)

    def publish(self, progress: Progress) -> str:
        """Builds and publishes a release, and gives its name. Raises DeskError where it was not published."""
        steps = 1 + sum(1 for _ in MODELS.rglob("*.sql"))
        done = 0

        def step(line: str) -> None:
            nonlocal done
            if line.isidentifier():
                done += 1
                progress(min(done / steps, 1.0), line.replace("_", " "))

        ended = child.run(["build", "--store", str(self.store)], step)
        if ended.code != 0:
            raise DeskError(
                ended.sentence(self.store) or "Not published: the build broke off. The last release stays."
            )
        return ended.printed.split()[-1]

    def _loaded(self, files: list[Written], progress: Progress, accept_smaller: bool) -> list[Told]:
        """Receipts of all files. Where the process dies on one, that is said of it, and the rest go on."""
        found: list[Told] = []
        left = files
        while left:
            before = len(self._receipts())
            at = 0

            def step(line: str, done: int = len(files) - len(left)) -> None:
                nonlocal at
                if match := AT.match(line):
                    at = int(match[1])
                    progress((done + at - 1) / len(files), f"{done + at} of {len(files)}: {match[3]}")

            ended = child.run(self._asked(left, accept_smaller), step)
            if ended.code in (0, 1) and ended.printed.strip():
                return found + [told(Receipt(**raw)) for raw in json.loads(ended.printed)]
            if words := ended.sentence(self.store):
                raise DeskError(words)
            if not at:
                raise DeskError(
                    "The process that loads files broke off before the first one. Nothing came in."
                )
            found += [told(receipt) for receipt in self._receipts()[before:]]
            found.append(not_taken(shown_path(left[at - 1].path), BROKE_OFF))
            left = left[at:]
        return found

    def _asked(self, files: list[Written], accept_smaller: bool) -> list[str]:
        return [
            *("load", "--json", "--store", str(self.store)),
            *(["--accept-smaller"] if accept_smaller else []),
            *(["--as-practice", self.practice] if self.practice else []),
            *(["--synthetic-only"] if self.synthetic_only else []),
            *(str(file.path) for file in files),
        ]

    def _receipts(self) -> list[Receipt]:
        try:
            return Store(self.store).receipts()
        except StoreError as error:
            raise DeskError(str(error).removeprefix(f"{self.store}: ")) from None


def desk(store: Path, practice: str | None = None, synthetic_only: bool = False) -> Desk:
    """The desk of a store. What an earlier server left of uploads is deleted."""
    sweep()
    return Desk(store, practice, synthetic_only)


def _fit(uploads: Sequence[Upload]) -> tuple[list[Upload], list[Taken]]:
    """The uploads to load, and those that are not: one of two of one name, or one whose name is too long."""
    named: dict[str, Upload] = {}
    unfit = []
    for upload in uploads:
        name = clean_name(upload.name)
        if too_long(name):
            words = f"Not taken in: its name is longer than {LONGEST_NAME} characters. Rename it."
            unfit.append(Taken(upload, (not_taken("a file with a very long name", words),)))
        elif name.casefold() not in named:
            named[name.casefold()] = upload
        elif bytes(upload.getbuffer()) != bytes(named[name.casefold()].getbuffer()):
            words = (
                "Not taken in: two different files of one name were chosen. Rename this one and add it again."
            )
            unfit.append(Taken(upload, (not_taken("the second of two files of one name", words),)))
    return list(named.values()), unfit


def _is_of(receipt: Told, shown: str) -> bool:
    """Whether a receipt is of the upload shown so, or of a file in it."""
    return receipt.file == shown or receipt.file.startswith(f"{shown}/")
