"""Requirements are compiled from pyproject.toml, with hashes; each direct package says why it is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from etl.engines.spark import VERSION
from tests.docs.documents import ROOT

PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
ALL, RUNTIME = ROOT / "requirements.txt", ROOT / "requirements-runtime.txt"
SPARK = ROOT / "requirements-spark.txt"
PIN = re.compile(r"^([\w.-]+)==(\S+)(?: ; (.+?))? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.M)


def named(lines: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~!; ]", line)[0] for line in lines}


def of_runtime() -> set[str]:
    return named(tomllib.loads(PROJECT)["project"]["dependencies"])


def of_development() -> set[str]:
    return named(tomllib.loads(PROJECT)["dependency-groups"]["development"])


def pins(path: Path) -> dict[tuple[str, str], tuple[str, frozenset[str]]]:
    """(package, where it is for) → its version and the hashes of its files."""
    found = PIN.findall(path.read_text(encoding="utf-8"))
    return {
        (name, marker): (version, frozenset(re.findall(r"sha256:(\w+)", hashes)))
        for name, version, marker, hashes in found
    }


@pytest.mark.parametrize("path", [ALL, RUNTIME], ids=lambda path: path.name)
def test_every_requirement_has_a_version_and_hashes_and_names_no_registry(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    required = re.findall(r"^[^#\s].*$", text, re.M)
    assert len(required) > 50 and len(pins(path)) == len(required)
    assert "://" not in text and "index-url" not in text


def test_what_spark_needs_is_pinned_and_changes_no_other_package() -> None:
    text, spark, every = SPARK.read_text(encoding="utf-8"), pins(SPARK), pins(ALL)
    assert len(spark) == len(re.findall(r"^[^#\s].*$", text, re.M))
    assert "://" not in text and "index-url" not in text
    assert {name: pin for name, pin in spark.items() if name in every and every[name] != pin} == {}
    (asked,) = tomllib.loads(PROJECT)["dependency-groups"]["spark"]
    assert {version for (name, _), (version, _) in spark.items() if name == "pyspark"} == {
        asked.split("==")[1]
    }
    assert asked.split("==")[1].startswith(f"{VERSION}.")


def test_all_that_pyproject_names_is_required_and_a_server_needs_no_tool_of_development() -> None:
    everything = {name for name, _ in pins(ALL)}
    at_runtime = {name for name, _ in pins(RUNTIME)}
    assert of_runtime() | of_development() <= everything
    assert of_runtime() <= at_runtime
    assert not of_development() & at_runtime


def test_both_files_pin_the_same_versions() -> None:
    assert pins(RUNTIME).items() <= pins(ALL).items()


def test_every_direct_package_says_why_it_is_there() -> None:
    lines = re.findall(r'^    "([^"]+)",(.*)$', PROJECT, re.M)
    assert named([name for name, _ in lines]) >= of_runtime() | of_development()
    assert [name for name, why in lines if len(why.strip()) < 15 or not why.startswith(" # ")] == []
