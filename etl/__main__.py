"""python -m etl: sample, try, layouts, load, quarantine, retry, build, verify, releases, worklist, ome.

Exit 0 done, 1 something refused or different, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import re
import sys
from pathlib import Path

from etl.engines import MEMORY
from etl.intake.files.read import RefusedError
from etl.layouts import LayoutError
from etl.quarantine import command as quarantine_command
from etl.recorded import corrected, recorded
from etl.sample.worlds import WORLDS
from etl.store import Receipt, Store, StoreError, releases
from etl.store.durable import FULL, digest, is_full
from measures.measure import MeasureError
from measures.policy import PolicyError
from medicines.overrides import PATH as OVERRIDES
from medicines.overrides import OverrideError
from reporting.access.audit import AuditError

MASTER = "DASHBOARD_SPARK_MASTER"  # where Spark runs, in the environment: its address may hold a token


def main(argv: list[str] | None = None) -> int:
    args = parser().parse_args(argv)
    try:
        return int(args.run(args))
    except (StoreError, RefusedError, LayoutError, MeasureError, PolicyError, OverrideError) as error:
        return _say(str(error))
    except AuditError as error:
        return _say(f"nothing was done, as it could not be recorded first. {error}")
    except KeyboardInterrupt:
        return _say("stopped. What has a receipt is loaded; the release being served stays.")
    except OSError as error:
        why = FULL if is_full(error) else f"{error.strerror or 'the disk refused'}. Nothing was published."
        return _say(f"{error.filename or 'the disk'}: {why}")


def _load(args: argparse.Namespace) -> int:
    from etl.load import load

    store = Store(args.store, create=True)
    with recorded(store.folder, "load") as told:
        receipts = load(
            args.paths, store, args.accept_smaller, _progress, args.as_practice, args.synthetic_only
        )
        told["files"] = len(receipts)
        told["refused"] = sum(r.outcome == "refused" for r in receipts)
        told["rows"] = sum(r.rows_loaded for r in receipts)
        told["quarantined"] = sum(r.rows_quarantined for r in receipts)
    if args.json:
        print(json.dumps([r.public() for r in receipts], indent=1))
    else:
        _summary(receipts)
    return 1 if any(r.outcome == "refused" for r in receipts) else 0


def _build(args: argparse.Namespace) -> int:
    import duckdb

    from etl.build import CheckError, build
    from etl.engines import TOKEN, EngineError
    from etl.engines.profile import Profile
    from etl.engines.spark import Place
    from etl.release import nothing_new
    from measures import policy
    from medicines import overrides

    put_right = overrides.load(args.overrides)
    if TOKEN.search(args.master or ""):
        _say(f"every program of this computer may read a token in --master: set {MASTER}. Nothing was built.")
        return 2
    master = args.master or os.environ.get(MASTER) or "local[*]"
    place = Place(master, args.landing, args.marts) if args.engine == "spark" else None
    if place is None and (args.landing or args.marts):
        _say("--landing and --marts are for --engine spark. Nothing was built.")
        return 2
    profile = Profile(wanted=args.profile is not None)
    store = Store(args.store)
    if not (args.anyway or args.profile or args.marts) and (
        same := nothing_new.same_as_served(store, policy.load(), put_right)
    ):
        _progress("nothing is built, as it would be the same; build --anyway builds all the same")
        print(f"nothing new since release {same}")
        return 0
    try:
        with recorded(store.folder, "publication", how="a build") as told:
            told["release"] = release = build(
                store, policy.load(), _progress, put_right, profile, place, args.memory
            )
        corrected(store.folder, release, "readings of medicines", digest(args.overrides), len(put_right.rows))
    except (CheckError, EngineError) as error:
        return _say(str(error))
    except duckdb.Error as error:
        if is_full(error):
            return _say(f"not published: {FULL}")
        if isinstance(error, duckdb.OutOfMemoryException):
            return _say(
                f"not published: the build needs more than the {args.memory} of memory that it may take. "
                "Where this computer has more to spare, give it more with --memory. The last release stays."
            )
        first = str(error).splitlines()[0]
        return _say(
            f"not published: the build could not finish ({first}). "
            "The last release stays. python -m etl verify says whether the store is damaged."
        )
    for warning in overrides.warnings(put_right):
        print(f"{args.overrides.name}: {warning}", file=sys.stderr)
    print(f"published release {release}")
    if args.profile:
        try:
            profile.write(args.profile)
        except OSError as error:
            return _say(
                f"{args.profile}: {error.strerror}. The release is published, its profile not written."
            )
        print(f"{args.profile} has what each of {len(profile.steps)} steps cost. The largest:")
        print("\n".join(profile.largest()))
    return 0


def _worklist(args: argparse.Namespace) -> int:
    from etl import worklist

    count = worklist.write(Store(args.store), args.out)
    print(f"{count} texts written to {args.out}; docs/extracts.md says how to put one right")
    return 0


def _try(args: argparse.Namespace) -> int:
    from etl.trial.command import run

    return run(args)


def _layouts(args: argparse.Namespace) -> int:
    from etl.trial.command import layouts_verb

    return layouts_verb(args)


def _verify(args: argparse.Namespace) -> int:
    from etl.verify.store import differences

    found = differences(Store(args.store))
    for words in found:
        print(words)
    if not found:
        print("receipts, landing, quarantine and release agree")
    return 1 if found else 0


def _releases(args: argparse.Namespace) -> int:
    store = Store(args.store)
    if args.serve:
        with recorded(store.folder, "publication", args.serve, how="an earlier release"):
            releases.roll_back(store, args.serve)
    for name in releases.names(store):
        print(f"{name}{'  (served)' if name == store.current() else ''}")
    return 0


def _sample(args: argparse.Namespace) -> int:
    from etl import sample

    sample.write(practices=args.practices, months=args.months, seed=args.seed, out=args.out, world=args.world)
    print(f"synthetic extracts written to {args.out}")
    return 0


def _ome(args: argparse.Namespace) -> int:
    from etl.ome import CasesError, answered

    if args.patient is not None:
        return _explain(args)
    if args.cases is None or args.out is None:
        print("give CASES.csv and --out OUT.csv, or --patient KEY and --day YYYY-MM-DD.", file=sys.stderr)
        return 2
    try:
        for warning in answered(args.cases, args.out, args.overrides):
            print(f"{args.overrides.name}: {warning}", file=sys.stderr)
    except FileNotFoundError as error:
        print(f"{error.filename}: no such file or folder. Check the path.", file=sys.stderr)
        return 2
    except (CasesError, OverrideError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _explain(args: argparse.Namespace) -> int:
    from etl.explain_dose import explained

    if args.day is None:
        print("give the day as well: --day YYYY-MM-DD.", file=sys.stderr)
        return 2
    for words in explained(Store(args.store), args.patient, args.day):
        print(words)
    return 0


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m etl", description="Practice extracts in, a published release out."
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    verb = verbs.add_parser("load", help="load extracts: files, ZIPs or folders")
    verb.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    verb.add_argument("--json", action="store_true", help="print the receipts as JSON")
    verb.add_argument(
        "--accept-smaller",
        action="store_true",
        help="take in files that wait for a person: see docs/deploy.md",
    )
    verb.add_argument(
        "--as-practice", metavar="CODE", help="refuse files of any other practice than this one"
    )
    verb.add_argument(
        "--synthetic-only", action="store_true", help="refuse anything but invented practices and their data"
    )
    verb.set_defaults(run=_load)
    verb = verbs.add_parser("try", help="show how a file would be read; nothing is stored")
    verb.add_argument("file", type=Path, metavar="FILE")
    verb.add_argument(
        "--layout", metavar="NAME", help="read it by this layout alone: a name, or a .toml file"
    )
    verb.add_argument("--draft", type=Path, metavar="TOML", help="write a draft of a layout for it")
    verb.add_argument("--json", action="store_true", help="print the trial as JSON")
    verb.set_defaults(run=_try)
    verb = verbs.add_parser("layouts", help="list the layouts, save one in the store, or print one to share")
    verb.add_argument("--save", type=Path, metavar="TOML", help="save a layout that was looked through")
    verb.add_argument("--by", metavar="NAME", help="who looked it through")
    verb.add_argument("--export", metavar="LAYOUT", help="print a saved layout")
    verb.set_defaults(run=_layouts)
    quarantine_command.add(verbs)
    verb = verbs.add_parser("build", help="build, check and publish a release")
    verb.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb", help="docs/scale.md")
    verb.add_argument(
        "--master", metavar="URL", help=f"Spark's: local[2], spark://… or sc://…; else {MASTER}, else local"
    )
    verb.add_argument(
        "--landing", default="", metavar="URL", help="a copy of the store's landing that Spark reaches"
    )
    verb.add_argument(
        "--marts", default="", metavar="URL", help="a folder that Spark writes tables to, such as s3a://…"
    )
    verb.add_argument("--overrides", type=Path, default=OVERRIDES, metavar="CSV", help="reviewed readings")
    verb.add_argument(
        "--profile",
        type=Path,
        metavar="CSV",
        help="write what each model and check cost, and say the largest",
    )
    verb.add_argument(
        "--memory",
        type=_memory,
        default=MEMORY,
        metavar="SIZE",
        help=f"what DuckDB may take ({MEMORY}), docs/scale.md",
    )
    verb.add_argument("--anyway", action="store_true", help="build even where nothing is new")
    verb.set_defaults(run=_build)
    verbs.add_parser("verify", help="reconcile receipts, landing and release").set_defaults(run=_verify)
    verb = verbs.add_parser("releases", help="list the releases kept, or serve an earlier one")
    verb.add_argument("--serve", metavar="RELEASE")
    verb.set_defaults(run=_releases)
    verb = verbs.add_parser("worklist", help="write the texts that could not be read")
    verb.add_argument("--out", type=Path, required=True, metavar="CSV")
    verb.set_defaults(run=_worklist)
    for named in (v for v in verbs.choices.values() if v.get_default("run")):
        named.add_argument(
            "--store", type=Path, default=Path("store"), help="folder of the store (default: store)"
        )
    verb = verbs.add_parser("sample", help="write synthetic extracts")
    verb.add_argument("--practices", type=int, default=24)
    verb.add_argument("--months", type=int, default=30)
    verb.add_argument("--seed", type=int, default=1)
    verb.add_argument("--world", choices=WORLDS, help="of a known truth: docs/statistics.md")
    verb.add_argument("--out", type=Path, required=True)
    verb.set_defaults(run=_sample)
    verb = verbs.add_parser("ome", help="daily OME of lines in a CSV, or of a patient's day, explained")
    verb.add_argument("cases", type=Path, nargs="?", metavar="CASES.csv")
    verb.add_argument("--out", type=Path, metavar="OUT.csv")
    verb.add_argument("--patient", metavar="KEY", help="explain the dose of this patient instead, on --day")
    verb.add_argument("--day", type=dt.date.fromisoformat, metavar="YYYY-MM-DD")
    verb.add_argument("--store", type=Path, default=Path("store"), help="with --patient: the store")
    verb.add_argument("--overrides", type=Path, default=OVERRIDES, metavar="CSV", help="reviewed readings")
    verb.set_defaults(run=_ome)
    return parser


def _memory(words: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]*(MB|GB)", words):
        raise argparse.ArgumentTypeError(f"{words}: write it as 8GB or 500MB")
    return words


def _summary(receipts: list[Receipt]) -> None:
    for r in receipts:
        words = "; ".join([*(f"{reason} ({n})" for reason, n in r.reasons.items()), *r.known, *r.notes])
        rows = (
            ""
            if r.outcome in ("refused", "duplicate")
            else f" {r.rows_loaded} loaded, {r.rows_quarantined} quarantined{_left_out(r)}"
        )
        print(f"{r.outcome:9} {r.file}:{rows}{' — ' if words and rows else ' '}{words}".rstrip())


def _left_out(receipt: Receipt) -> str:
    told = "; ".join(f"{reason} ({n})" for reason, n in receipt.rows_left_out.items())
    return f", {sum(receipt.rows_left_out.values())} left out: {told}" if told else ""


def _progress(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _say(words: str) -> int:
    print(words, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
