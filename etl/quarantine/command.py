"""The verbs about rows kept back: quarantine list, quarantine export, retry."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

from etl.contract import entities
from etl.recorded import recorded
from etl.store import Store

if TYPE_CHECKING:
    from etl.quarantine.rows import Wanted


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds them to the command."""
    within = verbs.add_parser("quarantine", help="rows kept back: list or export them")
    inner = within.add_subparsers(required=True, metavar="list | export")
    listing = inner.add_parser("list", help="rows kept back by file and reason, with what to do")
    listing.add_argument("--json", action="store_true", help="print one object a row")
    listing.set_defaults(run=_list)
    export = inner.add_parser("export", help="write a CSV of them, with the fields that name nobody")
    export.add_argument("--out", type=Path, required=True, metavar="CSV")
    export.set_defaults(run=_export)
    retry = verbs.add_parser("retry", help="read rows again that a corrected layout may let through")
    retry.set_defaults(run=_retry)
    for verb in (listing, export, retry):
        verb.add_argument("--practice", metavar="CODE", help="of this practice only")
        verb.add_argument("--entity", choices=list(entities()), help="of this extract only")
        verb.add_argument("--reason", metavar="TEXT", help="only reasons with these words")
        verb.add_argument("--file", metavar="NAME", help="only files with this in their name")
        verb.add_argument("--period", type=_month, metavar="YYYY-MM", help="only extracts of this month")
    for verb in (listing, export):
        verb.add_argument("--store", type=Path, default=Path("store"), help="folder of the store")


def _month(text: str) -> str:
    return f"{dt.datetime.strptime(text, '%Y-%m'):%Y-%m}"


def _list(args: argparse.Namespace) -> int:
    from etl.quarantine.listing import summary, waiting

    rows = waiting(Store(args.store), _wanted(args))
    if args.json:
        print(json.dumps([row.public() for row in rows], indent=1))
        return 0
    for words in summary(rows):
        print(words)
    print(f"{len(rows)} rows in quarantine; {sum(row.can_be_retried for row in rows)} can be retried")
    return 0


def _export(args: argparse.Namespace) -> int:
    from etl.quarantine.listing import export, waiting

    rows = waiting(Store(args.store), _wanted(args))
    export(rows, args.out)
    print(f"{len(rows)} rows written to {args.out}; docs/deploy.md says what to do with them")
    return 0


def _retry(args: argparse.Namespace) -> int:
    from etl.quarantine.guidance import next_step
    from etl.quarantine.listing import waiting
    from etl.quarantine.retry import retry

    store, wanted = Store(args.store), _wanted(args)
    with recorded(store.folder, "correction", of="rows kept out") as told:
        attempts = retry(store, wanted)
        released = sum(a.after.retry.released for a in attempts if a.after and a.after.retry)
        told["rows"] = released
    for attempt in attempts:
        print(attempt)
    rows = waiting(store, wanted)
    copied = sum(next_step(row.row.reason) == "nothing" for row in rows)
    lost = sum(not row.can_be_retried for row in rows) - copied
    print(f"{released} rows left quarantine and are loaded; {len(rows)} of those asked for stay")
    if copied:
        print(f"{copied} of them are copies of loaded rows and need nothing")
    if lost:
        print(
            f"{lost} of them were not held as they were sent, and can only be sent again by the practice: "
            "python -m etl quarantine list says why"
        )
    if released:
        print("they count from the next build: python -m etl build")
    return 1 if any(a.after is None for a in attempts) else 0


def _wanted(args: argparse.Namespace) -> Wanted:
    from etl.quarantine.rows import Wanted

    return Wanted(args.practice, args.entity, args.reason, args.file, args.period)
