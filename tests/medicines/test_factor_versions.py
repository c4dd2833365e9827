"""The table of factors may hold several versions; a reading can be made with any of them."""

import csv
import json
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from medicines import factors, products

ROOT = Path(__file__).parents[2]
ASKED = """
import json
from medicines import factors, products
text = "Tramadol 50mg capsules"
print(json.dumps({
    "newest": factors.VERSION,
    "versions": factors.versions(),
    "by version": {v: str(products.read(text, v).ome_per_unit) for v in factors.versions()},
    "unasked": str(products.read(text).ome_per_unit),
    "patches": {v: str(products.read("Fentanyl 12micrograms/hour patches", v).ome_per_unit)
                for v in factors.versions()},
    "rows": {v: len(factors.table(v)) for v in factors.versions()},
}))
"""


def with_a_second_version(folder: Path) -> Path:
    """A copy of the medicines in which version 2027.02 has tramadol at 0.2, and 12 microgram/h at 2.4."""
    copy = folder / "medicines"
    shutil.copytree(ROOT / "medicines", copy, ignore=shutil.ignore_patterns("__pycache__"))
    path = copy / "tables" / "factors.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    changed = [row | {"version": "2027.02"} for row in rows]
    for row in changed:
        row["factor"] = {"tramadol": "0.2", "fentanyl": "2.4"}.get(row["ingredient"], row["factor"])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows([*changed, *rows])
    return folder


def test_each_version_is_read_with_its_own_factors(tmp_path: Path) -> None:
    folder = with_a_second_version(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["newest"], told["versions"]) == ("2027.02", ["2026.11", "2027.02"])
    assert {v: Decimal(ome) for v, ome in told["by version"].items()} == {"2026.11": 5, "2027.02": 10}
    assert Decimal(told["unasked"]) == 10
    assert {v: Decimal(ome) for v, ome in told["patches"].items()} == {
        "2026.11": Decimal(30),
        "2027.02": Decimal("28.8"),
    }
    assert len(set(told["rows"].values())) == 1


def test_the_newest_version_is_the_one_used_where_none_is_asked_for() -> None:
    assert factors.versions()[-1] == factors.VERSION
    assert factors.table() == factors.table(factors.VERSION)
    assert factors.oral("morphine") == factors.oral("morphine", factors.VERSION)
    assert factors.patch("fentanyl", Decimal(12)) == factors.patch("fentanyl", Decimal(12), factors.VERSION)
    assert products.read("Zomorph 30mg capsules") == products.read("Zomorph 30mg capsules", factors.VERSION)


@pytest.mark.parametrize("unknown", ["1999.01", "", "2026.11 "])
def test_an_unknown_version_names_the_file_and_those_it_has(unknown: str) -> None:
    calls = [
        lambda: factors.oral("morphine", unknown),
        lambda: factors.patch("fentanyl", Decimal(12), unknown),
        lambda: factors.table(unknown),
        lambda: products.read("Zomorph 30mg capsules", unknown),
        lambda: products.read("", unknown),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=rf"factors\.csv.*{factors.VERSION}"):
            call()
