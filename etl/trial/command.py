"""python -m etl try and layouts: how a file would be read, nothing stored, and the layouts of a store."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from etl.intake.refusal import RefusedError
from etl.layouts import Layout, LayoutError, layouts_of, read, saving
from etl.store import Store
from etl.trial.columns import layout_named
from etl.trial.draft import base_of, draft
from etl.trial.trial import trials
from etl.trial.trial_words import trial_lines


def run(args: argparse.Namespace) -> int:
    """Prints a trial of each file; 1 where any would be refused."""
    known = _known(args.layout, args.store)
    refused = False
    if args.file.is_dir():
        raise RefusedError("that is a folder. Try one of its files.")
    if not args.file.is_file():
        raise RefusedError("there is no such file. Check the path and its spelling.")
    if args.json:
        found = list(trials(args.file, known))
        print(json.dumps([asdict(trial) for trial in found]))
        return int(any(trial.refusal for trial in found))
    for trial in trials(args.file, known):
        print("\n".join(trial_lines(trial)))
        refused |= bool(trial.refusal)
        if trial.columns and (args.draft or not trial.layout):
            own = args.layout if args.layout and args.layout.endswith(".toml") else ""
            base = Path(own).read_text(encoding="utf-8") if own else base_of(args.store, trial)
            _write(draft(trial, args.draft.stem if args.draft else "mine", base=base), args.draft)
    return int(refused)


def layouts_verb(args: argparse.Namespace) -> int:
    """Lists the layouts of a store; saves one from a file, or prints one to be shared."""
    store = Store(args.store).folder
    if args.export:
        print(saving.exported(store, args.export).decode(), end="")
        return 0
    if args.save:
        name = read(args.save).name
        saving.save(store, args.save.read_text(encoding="utf-8"), name, args.by or "", dt.date.today())
    for layout in layouts_of(store):
        told = (
            f"version {layout.version}, {layout.reviewed_by}, {layout.reviewed_on}" if layout.version else ""
        )
        print(f"{layout.name:20} {told or layout.basis}".rstrip())
    return 0


def _known(layout: str | None, store: Path) -> Sequence[Layout]:
    """The layouts to try: the one that is named, by name or file, or all."""
    known = layouts_of(store)
    if layout is None:
        return known
    if layout.endswith(".toml"):
        return [read(Path(layout))]
    found = layout_named(layout, known)
    if found is None:
        raise LayoutError(f"there is no layout {layout!r}. There are {', '.join(one.name for one in known)}.")
    return [found]


def _write(text: str, path: Path | None) -> None:
    if path is None:
        print(f"\nA draft of a layout (--draft mine.toml writes it):\n\n{text}")
        return
    path.write_text(text, encoding="utf-8")
    print(f"draft of a layout written to {path}; look it through, then try --layout {path}")
