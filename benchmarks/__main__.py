"""python3 run.py bench [NAME] [OPTIONS]: measure and print the table; without a name, the names.

Each is small unless told otherwise, to see that it runs. docs/performance.md names the options of its tables.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks import report
from benchmarks.etl import build, doses, intake, parity, readers
from benchmarks.faults import faults
from benchmarks.reporting import abuse, crowd, pages, slides, worklist
from benchmarks.worlds import worlds

WORLDS = {"steady": 1, "falling": 1, "one-high-practice": 0, "services-differ": 0, "rapid-falls": 0}


def parser() -> argparse.ArgumentParser:
    """What may be asked for."""
    parser = argparse.ArgumentParser(prog="python3 run.py bench", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", title="benchmarks", metavar="NAME")
    verb = verbs.add_parser("intake", help="loads of a large CSV, a workbook and many files against floors")
    verb.add_argument("--rows", type=int, default=100_000, help="of the large CSV")
    verb.add_argument("--workbook-rows", type=int, default=5_000)
    verb.add_argument("--practices", type=int, default=2, help="with 13 files each")
    verb = verbs.add_parser("build", help="load and build against a raw scan of the same files")
    verb.add_argument("--issues", type=int, default=20_000, help="about how many prescription issues")
    verb.add_argument("--runs", type=int, default=1)
    verb = verbs.add_parser("doses", help="a build over many issues against a raw scan of them")
    verb.add_argument("--issues", type=int, default=200_000, help="about how many prescription issues")
    verb = verbs.add_parser("parity", help="every model on DuckDB and on Spark: the same rows and types")
    verb.add_argument("--issues", type=int, default=20_000, help="about how many prescription issues")
    verb.add_argument("--master", default="local[*]", help="where Spark runs: on this computer")
    verbs.add_parser("readers", help="distinct product and direction texts, each read once")
    verb = verbs.add_parser("pages", help="first page and change of filter against an empty page")
    verb.add_argument("--store", type=Path, help="a built store in place of one made of what follows")
    verb.add_argument("--practices", type=int, default=8)
    verb.add_argument("--months", type=int, default=18)
    verb.add_argument("--starts", type=_several, default=2, help="at least 2")
    verb.add_argument("--changes", type=_several, default=4, help="at least 2")
    verb = verbs.add_parser("worklist", help="the queries of one practice's worklist among many issues")
    verb.add_argument("--store", type=Path, help="a built store; data/sample if none is given")
    verb.add_argument("--issues", type=int, default=100_000, help="at least so many")
    verb = verbs.add_parser("slides", help="slides against bare charts; a pack; reports of many practices")
    verb.add_argument("--store", type=Path, help="a built store; data/sample if none is given")
    verb.add_argument("--repeats", type=int, default=2)
    verb.add_argument("--times", type=int, default=1, help="how often each practice, for the reports")
    verb = verbs.add_parser("abuse", help="people's clicks while others misuse the dashboard")
    verb.add_argument("--store", type=Path, help="a built store; data/sample if none is given")
    verb.add_argument("--users", type=int, default=10)
    verb.add_argument("--seconds", type=float, default=10, help="before, during and after each")
    verb = verbs.add_parser("crowd", help="many people on three dashboards, a release, and restarts")
    verb.add_argument("--store", type=Path, help="a built store; data/sample if none is given")
    verb.add_argument("--users", type=int, default=20)
    verb.add_argument("--seconds", type=float, default=5, help="alone, and around the restarts")
    verb = verbs.add_parser("faults", help="kill loads and builds, fill disks: what is left must be whole")
    verb.add_argument("--kills", type=int, default=8)
    verb.add_argument("--sizes", type=int, default=4, help="sizes of disk")
    verb.add_argument("--seed", type=int, default=1)
    verb = verbs.add_parser("worlds", help="how often headlines are wrong in worlds of a known truth")
    for world, count in WORLDS.items():
        verb.add_argument(f"--{world}", type=int, default=count, help="worlds")
    verb.add_argument("--practices", type=int, default=6)
    for named in verbs.choices.values():
        named.add_argument(
            "--write",
            action="store_true",
            help="put the table into docs/performance.md (worlds: statistics.md)",
        )
    return parser


def main() -> None:
    """Measure what is asked for and print the table; with --write put it into the docs as well."""
    asked = parser().parse_args()
    if asked.verb is None:
        parser().print_help()
        return
    if asked.verb == "intake":
        title = "Intake"
        made = f"--rows {asked.rows} --workbook-rows {asked.workbook_rows} --practices {asked.practices}"
        table = intake.table(intake.measure(asked.rows, asked.workbook_rows, asked.practices))
    elif asked.verb == "build":
        title, made = "From extracts to a release", f"--issues {asked.issues} --runs {asked.runs}"
        table = build.table(build.measure(asked.issues, asked.runs), asked.runs)
    elif asked.verb == "doses":
        title, made = "Doses of many issues", f"--issues {asked.issues}"
        table = doses.table(doses.measure(asked.issues))
    elif asked.verb == "parity":
        title, made = "Two engines", f"--issues {asked.issues} --master {asked.master}"
        table = parity.table(parity.measured(asked.issues, asked.master))
    elif asked.verb == "readers":
        title, made = "Reading texts", ""
        table = readers.table(readers.measure())
    elif asked.verb == "slides":
        title, made = "Slides", f"--repeats {asked.repeats} --times {asked.times}"
        store = asked.store.absolute() if asked.store else None
        table = slides.table(slides.measure(store, asked.repeats, asked.times))
    elif asked.verb == "abuse":
        title, made = "Abuse", f"--users {asked.users} --seconds {asked.seconds:g}"
        store = asked.store.absolute() if asked.store else None
        table = abuse.table(abuse.measure(store, asked.users, asked.seconds, abuse.Attack()))
    elif asked.verb == "crowd":
        title, made = "Many people", f"--users {asked.users} --seconds {asked.seconds:g}"
        store = asked.store.absolute() if asked.store else None
        table = crowd.table(crowd.measure(store, asked.users, asked.seconds))
    elif asked.verb == "worklist":
        title, made = "Worklist", f"--issues {asked.issues}"
        store = asked.store.absolute() if asked.store else None
        table = worklist.table(worklist.measure(store, asked.issues))
    elif asked.verb == "faults":
        title, made = "Faults", f"--kills {asked.kills} --sizes {asked.sizes} --seed {asked.seed}"
        table = faults.table(faults.measure(asked.kills, asked.sizes, asked.seed), asked.seed)
    elif asked.verb == "worlds":
        title, counts = "Measured", {world: getattr(asked, world.replace("-", "_")) for world in WORLDS}
        made = " ".join(f"--{world} {n}" for world, n in counts.items()) + f" --practices {asked.practices}"
        table = worlds.table(worlds.measure(counts, asked.practices))
    else:
        title = "Pages"
        made = f"--practices {asked.practices} --months {asked.months} "
        made += f"--starts {asked.starts} --changes {asked.changes}"
        store = asked.store.absolute() if asked.store else None
        table = pages.table(pages.measure(store, asked.practices, asked.months, asked.starts, asked.changes))
    print(table)
    if asked.write:
        where = report.STATISTICS if asked.verb == "worlds" else report.REPORT
        report.write(title, f"python -m benchmarks {asked.verb} {made}".strip(), table, where)


def _several(words: str) -> int:
    """A number of at least 2: there is no percentile of one time."""
    if int(words) < 2:
        raise argparse.ArgumentTypeError("must be at least 2")
    return int(words)


if __name__ == "__main__":
    main()
