"""The list of parts is whole and valid; a package without an allowed licence is named."""

from __future__ import annotations

import csv
import json
import re
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

import cyclonedx.schema
import jsonschema
import pytest
from referencing import Registry, Resource

import run
from deploy import licences

SCHEMAS = Path(cyclonedx.schema.__file__).parent / "_res"


class Said(Distribution):
    """A package that says these words of itself."""

    def __init__(self, words: str) -> None:
        self.words = words

    def read_text(self, filename: str) -> str | None:
        return (
            f"Metadata-Version: 2.4\nName: thing\nVersion: 1.0\n{self.words}\n"
            if filename == "METADATA"
            else None
        )

    def locate_file(self, path: object) -> Path:
        return Path(str(path))


def pinning(folder: Path) -> Path:
    """Requirements of one package."""
    path = folder / "required.txt"
    path.write_text("thing==1.0 \\\n    --hash=sha256:00\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("build")
    assert licences.main([str(folder)]) == 0
    return folder


def schema(name: str) -> Resource[Any]:
    return Resource.from_contents(json.loads((SCHEMAS / name).read_text(encoding="utf-8")))


def test_the_list_of_parts_is_valid_cyclonedx(written: Path) -> None:
    parts = json.loads((written / "sbom.cdx.json").read_text(encoding="utf-8"))
    whole = schema("bom-1.6.SNAPSHOT.schema.json")
    others = {name: schema(name) for name in ("spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json")}
    others |= {f"http://cyclonedx.org/schema/{name}": one for name, one in others.items()}
    checks = jsonschema.Draft7Validator(whole.contents, registry=Registry().with_resources(others.items()))
    assert list(checks.iter_errors(parts)) == []
    assert list(checks.iter_errors({**parts, "components": [{"name": "without a type"}]})) != []


def test_every_pinned_package_is_in_it_with_its_version_and_what_it_needs(written: Path) -> None:
    parts = json.loads((written / "sbom.cdx.json").read_text(encoding="utf-8"))
    found = {(one["name"], one["version"]) for one in parts["components"]}
    lines = re.findall(r"^([\w.-]+)==(\S+) \\?$", licences.REQUIRED.read_text(encoding="utf-8"), re.M)
    assert len(lines) > 50 and set(lines) <= found
    assert all(one["purl"].startswith("pkg:pypi/") and one["licenses"] for one in parts["components"])
    needs = {one["ref"]: one.get("dependsOn", []) for one in parts["dependencies"]}
    streamlit = next(ref for ref in needs if ref.startswith("pkg:pypi/streamlit@"))
    assert any(ref.startswith("pkg:pypi/pyarrow@") for ref in needs[streamlit])


def test_the_list_of_licences_names_each_package_once(written: Path) -> None:
    with (written / "licences.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [row["Package"] for row in rows]
    assert len(set(names)) == len(names) > 50
    assert {row["Package"]: row["Licence"] for row in rows}["fpdf2"] == "LGPL-3.0-only"


@pytest.mark.parametrize(
    ("words", "licence"),
    [
        ("License-Expression: MIT", "MIT"),
        ("License: MIT License", "MIT"),
        ("License: Copyright 2020 Somebody\nClassifier: License :: OSI Approved :: MIT License", "MIT"),
        ("License-Expression: MIT OR GPL-3.0-only", "MIT OR GPL-3.0-only"),
    ],
)
def test_a_licence_is_read_in_whichever_words(words: str, licence: str) -> None:
    known = {"allowed": ["MIT"], "words": {"MIT License": "MIT"}, "packages": {}}
    found = licences.licence("thing", Said(words), known)
    assert found == licence
    assert licences.is_allowed(licences.SPDX.parse(found), {"MIT"})


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("", "thing 1.0 says no licence that is understood"),
        (
            "License: BSD\nClassifier: License :: OSI Approved :: BSD License",
            "says no licence that is understood",
        ),
        ("License: our own terms", "says no licence that is understood"),
        (
            "License-Expression: GPL-3.0-only",
            "has the licence GPL-3.0-only, which licences.toml does not allow",
        ),
        ("License-Expression: MIT AND GPL-3.0-only", "does not allow"),
        ("License-Expression: Apache-2.0 WITH LLVM-exception", "does not allow"),
    ],
)
def test_a_package_without_an_allowed_licence_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: str, fault: str
) -> None:
    monkeypatch.setattr(licences, "distribution", lambda name: Said(words))
    with pytest.raises(licences.LicenceError, match=re.escape(fault)):
        licences.parts(pinning(tmp_path))


def test_a_package_that_is_not_installed_as_pinned_is_named(tmp_path: Path) -> None:
    required = tmp_path / "required.txt"
    required.write_text(
        "no-such-thing==1 \\\nstreamlit==0.1 \\\nonly-elsewhere==1 ; sys_platform == 'atari' \\\n",
        encoding="utf-8",
    )
    with pytest.raises(licences.LicenceError) as fault:
        licences.parts(required)
    first, second = str(fault.value).splitlines()
    assert first.startswith("no-such-thing is not installed; run ")
    assert second.startswith("streamlit is installed as ") and "==0.1 is pinned" in second


def test_a_fault_ends_the_command_with_1_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(licences, "distribution", lambda name: Said(""))
    monkeypatch.setattr(licences, "REQUIRED", pinning(tmp_path))
    monkeypatch.setattr(licences.parts, "__defaults__", (licences.REQUIRED, licences.ALLOWED))
    assert licences.main([str(tmp_path / "build")]) == 1
    assert "says no licence" in capsys.readouterr().err
    assert not (tmp_path / "build").exists()


def test_run_py_offers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(run, "set_up", lambda: None)

    def called(command: list[str]) -> int:
        asked.append(command)
        return 0

    monkeypatch.setattr(run, "run", called)
    assert run.main(["licences"]) == 0
    assert asked[0][1:] == ["-m", "deploy.licences", str(run.ROOT / "build")]
