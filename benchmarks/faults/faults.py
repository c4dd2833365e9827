"""Does a store stay whole whatever is killed, and however full its disk? Any claim that breaks ends it."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.faults.children import ROOT
from benchmarks.faults.full_disks import Filler, Full
from benchmarks.faults.kills import SOON, Killed, Killer
from etl.store import Store

EXTRACTS = {"--practices": 2, "--months": 4, "--seed": 1}
CLAIMS = """Seed {seed}. After each fault: every receipt that was there, each with every row of an undisturbed
load; no difference found by `verify`; a whole release served. In the end: rows and tables of the release
equal to those of an undisturbed load and build.

| fault | times | |
|---|--:|---|
"""


@dataclass(frozen=True)
class Faults:
    """What was done to stores, none of which it broke."""

    kills: Killed
    full: Full


def measure(kills: int, sizes: int, seed: int) -> Faults:
    """Kills half of so many loads and half of so many builds, and fills half of so many disks with each.

    Raises whole.BrokenError at the first claim that does not hold.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        words = [str(word) for pair in EXTRACTS.items() for word in pair]
        command = [sys.executable, "-m", "etl", "sample", *words, "--out", str(folder / "in")]
        subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)
        killer = Killer(folder, folder / "in", random.Random(seed))
        killer.loads(kills // 2)
        killer.builds(kills - killer.found.loads)
        filler = Filler(folder, folder / "in", Store(folder / "undisturbed"))
        filler.sizes("load", _with_less(folder), sizes // 2)
        filler.sizes("build", folder / "undisturbed", sizes - sizes // 2)
        return Faults(killer.found, filler.found)


def _with_less(folder: Path) -> Path:
    """A store with the lists and the first practice alone, and a release of them."""
    from etl.build import build
    from etl.load import load
    from measures import policy

    store = Store(folder / "less", create=True)
    given = sorted(folder.glob("in/*.csv")), sorted(folder.glob("in/SYN01*"))
    load([*given[0], *given[1]], store)
    build(store, policy.load())
    return store.folder


def table(found: Faults, seed: int) -> str:
    """The measurements as Markdown."""
    kills, full = found.kills, found.full
    rows = [
        ("load killed", kills.loads, f"with {min(kills.came_to)} to {max(kills.came_to)} receipts there"),
        ("build killed", kills.builds, f"{kills.completed} loads and builds came to their end in between"),
        ("of these a new `python -m etl`", kills.commands, "the others forked, their libraries loaded"),
        ("a command at work again after a kill", len(kills.restarts), _restarts(kills)),
        ("disk full", full.too_small, f"of {full.sizes} sizes, by {full.by}"),
    ]
    return CLAIMS.format(seed=seed) + "".join(f"| {what} | {n} | {words} |\n" for what, n, words in rows)


def _restarts(kills: Killed) -> str:
    if not kills.restarts:
        return "not measured"
    return (
        f"after {median(kills.restarts):.1f} s, at worst {max(kills.restarts):.1f} s (at most {SOON:g}), "
        f"of which at most {max(kills.restarts_used):.1f} s of processor time"
    )
