"""What the pages may ask of the intake: take files in, publish, try a file. Each runs in its own process, so
that no file can take the server down, and its memory comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from etl.intake.landing.doubts import PUT_OFF
from etl.intake.privacy.shown_names import shown_path
from etl.layouts import Layout
from etl.store import Receipt, Store, StoreError
from etl.trial.draft import Choices, base_of, draft
from etl.trial.trial import Trial
from etl.upload import command_process, trials
from etl.upload.receipt_messages import ReceiptMessage, not_loaded, receipt_message
from etl.upload.temporary_files import (
    LONGEST_NAME,
    Upload,
    UploadedFile,
    clean_name,
    sweep,
    too_long,
    uploaded_files,
)
from etl.upload.trials import TrialOutcome

LOAD_BROKE_OFF = "The process that loads files broke off before the first one. Nothing came in."
BUILD_BROKE_OFF = "Not published: the build broke off. The last release stays."
Progress = Callable[[float, str], None]  # the share done, 0 to 1, and what is at work
MODELS = Path(__file__).resolve().parents[1] / "models"
AT = re.compile(r"^(\d+) of (\d+): (.*)$")
BROKE_OFF = "The process that read it broke off. Nothing of it was kept. Use the command line for it."


class _StoppedError(Exception):
    """Why nothing was done, in a sentence."""


@dataclass(frozen=True)
class UploadOutcome:
    """What became of one upload; of a ZIP, of each file in it. upload: what to give again where it waits."""

    receipts: tuple[ReceiptMessage, ...]
    upload: Upload | None = None

    @property
    def waits(self) -> bool:
        """Whether it waits for a person to accept it."""
        return self.upload is not None


@dataclass(frozen=True)
class LoadOutcome:
    """What became of uploads, or why none was looked at."""

    files: tuple[UploadOutcome, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Published:
    """The name of the release, or why none was published."""

    release: str = ""
    problem: str = ""


@dataclass(frozen=True)
class UploadService:
    """A store as the upload page sees it. practice: whose files alone may come in, None for any practice's.
    synthetic_only: whether only invented practices may.
    who: for whom it works, as the audit names them."""

    store: Path
    practice: str | None = None
    synthetic_only: bool = False
    who: str = ""

    def load(
        self, uploads: Sequence[Upload], progress: Progress, accept_smaller: bool = False
    ) -> LoadOutcome:
        """What became of each upload. A file that fails does not stop the others; a problem is named where
        nothing can be loaded, such as when another load is running.

        The uploads are written to a private folder, which is deleted whatever happens.
        """
        named, unfit = _fit(uploads)
        try:
            with uploaded_files(named) as files:
                shown = {file.path: shown_path(file.path) for file in files}
                receipts = self._loaded(files, progress, accept_smaller)
        except _StoppedError as stopped:
            return LoadOutcome(problem=str(stopped))
        except OSError as error:
            return LoadOutcome(problem=f"The disk refused ({error.strerror}). Nothing was taken in.")
        found = [_outcome(f.upload, [t for t in receipts if _is_of(t, shown[f.path])]) for f in files]
        return LoadOutcome((*found, *unfit))

    def publish(self, progress: Progress) -> Published:
        """Builds and publishes a release. Where it is not published, the last one stays."""
        steps = 1 + sum(1 for _ in MODELS.rglob("*.sql"))
        done = 0

        def step(line: str) -> None:
            nonlocal done
            if line.isidentifier():
                done += 1
                progress(min(done / steps, 1.0), line.replace("_", " "))

        ended = command_process.run(["build", "--store", str(self.store)], step, self.who)
        if ended.code == 0:
            return Published(ended.printed.split()[-1])
        return Published(problem=ended.sentence(self.store) or BUILD_BROKE_OFF)

    def try_file(self, upload: Upload, layout: str = "") -> TrialOutcome:
        """One upload read as a load would read it, with nothing kept; by the text of a layout, if given."""
        return trials.try_file(self.store, upload, layout)

    def save_layout(self, text: str, name: str, by: str) -> str:
        """Saves a layout for every later load of this store; why it is not saved, "" where it is."""
        return trials.save_layout(self.store, text, name, by)

    def import_layout(self, data: bytes, name: str, by: str) -> tuple[str, str]:
        """Saves a layout from a file another ICB shared: its name, and why it is not saved, or ""."""
        return trials.import_layout(self.store, data, name, by)

    def layouts(self) -> tuple[list[tuple[Layout, bytes]], str]:
        """The layouts saved in this store, each with its file to share, and which cannot be read, or ""."""
        return trials.saved_layouts(self.store)

    def base(self, trial: Trial) -> str:
        """The text of the layout that reads a file, "" where none does: what a draft keeps."""
        return base_of(self.store, trial)

    kinds = staticmethod(trials.kinds)
    offer = staticmethod(trials.offer)
    drafted = staticmethod(draft)
    choices = Choices

    def unpublished(self, last: int) -> int:
        """How many files came in after the receipt of this number, the last one of a release."""
        later = [p for p in (self.store / "receipts").glob("[0-9]*.json") if int(p.stem) > last]
        return sum(bool(json.loads(path.read_text(encoding="utf-8"))["parts"]) for path in later)

    def _loaded(
        self, files: list[UploadedFile], progress: Progress, accept_smaller: bool
    ) -> list[ReceiptMessage]:
        """Receipts of all files. Where the process dies on one, that is said of it, and the rest go on, with
        those before it that were not acknowledged yet."""
        found: list[ReceiptMessage] = []
        left = files
        while left:
            at = _At(progress, len(files) - len(left), len(files))
            before = len(self._receipts())
            ended = command_process.run(self._asked(left, accept_smaller), at.step, self.who)
            if ended.code in (0, 1) and ended.printed.strip():
                return found + [receipt_message(Receipt(**raw)) for raw in json.loads(ended.printed)]
            if words := ended.sentence(self.store):
                raise _StoppedError(words)
            if not at.number:
                raise _StoppedError(LOAD_BROKE_OFF)
            found += [receipt_message(receipt) for receipt in self._receipts()[before:]]
            broken = at.path(left)
            found += [not_loaded(shown_path(broken), BROKE_OFF)]
            left = [
                file
                for n, file in enumerate(left)
                if file.path != broken and not (n < at.number and _is_told(file, found))
            ]
        return found

    def _asked(self, files: list[UploadedFile], accept_smaller: bool) -> list[str]:
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
            raise _StoppedError(str(error).removeprefix(f"{self.store}: ")) from None


def _is_told(file: UploadedFile, found: list[ReceiptMessage]) -> bool:
    return any(_is_of(receipt, shown_path(file.path)) for receipt in found)


class _At:
    """Which file the process is at, told to whoever watches."""

    def __init__(self, progress: Progress, done: int, files: int) -> None:
        self.progress, self.done, self.files = progress, done, files
        self.number = 0
        self.put_off = ""  # the name of the file it is at again, of those that were put off

    def path(self, files: list[UploadedFile]) -> Path:
        """Of these files the one it is at."""
        again = [file.path for file in files if shown_path(file.path) == self.put_off]
        return next(iter(again), files[self.number - 1].path)

    def step(self, line: str) -> None:
        if line.startswith(PUT_OFF):
            self.put_off = line.removeprefix(PUT_OFF)
        if match := AT.match(line):
            self.number, self.put_off = int(match[1]), ""
            at = self.done + self.number
            self.progress((at - 1) / self.files, f"{at} of {self.files}: {match[3]}")


def upload_service(
    store: Path, practice: str | None = None, synthetic_only: bool = False, who: str = ""
) -> UploadService:
    """The upload service of a store. What an earlier server left of uploads is deleted."""
    sweep()
    return UploadService(store.absolute(), practice, synthetic_only, who)  # its processes run elsewhere


def _fit(uploads: Sequence[Upload]) -> tuple[list[Upload], list[UploadOutcome]]:
    """The uploads to load, and those that are not: one of two of one name, or one whose name is too long."""
    named: dict[str, Upload] = {}
    unfit = []
    for upload in uploads:
        name = clean_name(upload.name)
        if too_long(name):
            words = f"Its name is longer than {LONGEST_NAME} characters. Rename it."
            unfit.append(UploadOutcome((not_loaded("a file with a very long name", words),)))
        elif name.casefold() not in named:
            named[name.casefold()] = upload
        elif bytes(upload.getbuffer()) != bytes(named[name.casefold()].getbuffer()):
            words = "Two different files of one name were chosen. Rename this one and add it again."
            unfit.append(UploadOutcome((not_loaded("the second of two files of one name", words),)))
    return list(named.values()), unfit


def _outcome(upload: Upload, receipts: list[ReceiptMessage]) -> UploadOutcome:
    waits = any(receipt.outcome == "smaller" for receipt in receipts)
    return UploadOutcome(tuple(receipts), upload if waits else None)


def _is_of(receipt: ReceiptMessage, shown: str) -> bool:
    """Whether a receipt is of the upload shown so, or of a file in it."""
    return receipt.file == shown or receipt.file.startswith(f"{shown}/")
