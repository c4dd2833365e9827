"""python -m reporting.slides --store DIR --quarter 2026Q3 --out DIR: the board pack of a quarter as files, or
with --reports two pages for each practice."""

from __future__ import annotations

import argparse
import hashlib
import sys
from functools import partial
from pathlib import Path

from reporting import figures, release
from reporting.access.audit import AuditError, account
from reporting.access.scope import EDITIONS, Scope, Selection, Snapshot
from reporting.exhibits.wording import counted
from reporting.release import StoreError
from reporting.slides.contents import KEYS
from reporting.slides.files import FORMATS, files, writing, written, zipped
from reporting.slides.history import asks, record
from reporting.slides.pack import Order, PackError, about, slides
from reporting.slides.pictures.browser import BrowserMissing
from reporting.slides.pictures.renderer import BrowserFailed
from reporting.slides.practice_reports import reports_about, write_reports
from reporting.slides.quarter import Quarter, QuarterError

DONE, FAILED = 0, 1


def main(arguments: list[str]) -> int:
    """Make the pack asked for; 0 done, 1 not done, with a sentence why. Wrong usage ends with 2."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.reports and asked.edition != "internal":
        parser.error("--reports are internal to each practice; they have no published edition.")
    try:
        snapshot, scope = release.current(asked.store), Scope.icb()
        paths = (_reports if asked.reports else _export)(snapshot, scope, asked)
    except KeyboardInterrupt:
        print("Stopped. No file was kept.", file=sys.stderr)
        return FAILED
    except (StoreError, PackError, QuarterError, BrowserMissing, BrowserFailed, AuditError) as error:
        print(f"No pack was made. {error}", file=sys.stderr)
        return FAILED
    print(f"{counted(len(paths), 'file', 'files')} in {asked.out}:")
    for path in paths:
        print(f"  {path.name}")
    return DONE


def _export(snapshot: Snapshot, scope: Scope, asked: argparse.Namespace) -> list[Path]:
    quarter, selection = _asked(snapshot, scope, asked)
    order = Order(
        quarter, selection, tuple(asked.slides), asks(asked.store, quarter, selection), asked.edition
    )
    told = about(snapshot, scope, order)
    for name, why in told.left_out:
        print(f"Left out: {name}. {why}", file=sys.stderr)
    drawn = slides(snapshot, scope, order, partial(_progress, "slide"))
    made = files(drawn, told, asked.format)
    name, whole = zipped(made, told)
    rows, sha256 = sum(len(slide.table) for slide in drawn), hashlib.sha256(whole).hexdigest()
    record(asked.store, told, (*made, name), sha256, who=account(), rows=rows)
    return written({**made, name: whole}, asked.out)


def _reports(snapshot: Snapshot, scope: Scope, asked: argparse.Namespace) -> list[Path]:
    quarter, selection = _asked(snapshot, scope, asked)
    with writing(asked.out) as beside:
        draft = beside / "reports.zip"
        with draft.open("wb") as file:
            name = write_reports(file, snapshot, scope, quarter, selection, partial(_progress, "practice"))
        with draft.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        record(
            asked.store,
            reports_about(snapshot, scope, quarter, selection),
            (name,),
            sha256,
            who=account(),
        )
        return [draft.replace(asked.out / name)]


def _asked(snapshot: Snapshot, scope: Scope, asked: argparse.Namespace) -> tuple[Quarter, Selection]:
    quarter = Quarter.read(asked.quarter)
    threshold = asked.threshold or snapshot.info.default_threshold
    if threshold not in snapshot.info.thresholds:
        raise PackError(f"The release has no threshold {threshold}; it has {list(snapshot.info.thresholds)}.")
    return quarter, _selection(snapshot, scope, asked.scope, threshold)


def _selection(snapshot: Snapshot, scope: Scope, area: str, threshold: int) -> Selection:
    """The area written as icb, place:NAME or pcn:NAME. Raises PackError for one the release does not have."""
    if area == "icb":
        return Selection(threshold)
    kind, _, name = area.partition(":")
    known = set(figures.practices(snapshot, scope).frame[kind]) if kind in ("place", "pcn") else set()
    if name not in known:
        listed = f" There are: {', '.join(sorted(known))}." if known else ""
        raise PackError(f"There is no area “{area[:60]}”. Write icb, place:NAME or pcn:NAME.{listed}")
    return Selection(threshold, place=name) if kind == "place" else Selection(threshold, pcn=name)


def _progress(what: str, done: int, of: int) -> None:
    print(f"{what} {done} of {of}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reporting.slides", description="Make a board pack.")
    parser.add_argument("--store", type=Path, required=True, help="the folder of extracts and releases")
    parser.add_argument("--quarter", required=True, help="year, Q and 1 to 4 of the calendar year: 2026Q3")
    parser.add_argument("--scope", default="icb", help="icb, place:NAME or pcn:NAME (icb)")
    parser.add_argument("--threshold", type=int, help="mg OME a day (the policy's default)")
    parser.add_argument("--format", type=_listed, default=FORMATS, help=f"of {','.join(FORMATS)} (all)")
    parser.add_argument("--slides", type=_listed, default=KEYS, help="keys of slides (all)")
    parser.add_argument(
        "--edition",
        choices=EDITIONS,
        default=EDITIONS[0],
        help="internal: exact, not for publication; published: what may be published (internal)",
    )
    parser.add_argument(
        "--reports", action="store_true", help="two pages for each practice in place of a pack"
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder for the files")
    return parser


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
