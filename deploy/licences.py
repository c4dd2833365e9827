"""python -m deploy.licences FOLDER: the packages that the dashboard needs, as CycloneDX (sbom.cdx.json), and
their licences (licences.csv). Ends with a sentence where a licence is missing or not allowed."""

from __future__ import annotations

import argparse
import csv
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.contact import OrganizationalEntity
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from license_expression import AND, OR, ExpressionError, get_spdx_licensing
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
REQUIRED = ROOT / "requirements-runtime.txt"
ALLOWED = Path(__file__).with_name("licences.toml")
SPDX = get_spdx_licensing()


class LicenceError(ValueError):
    """A package whose licence is unknown or not allowed, or that is not installed as pinned; says which."""


@dataclass(frozen=True)
class Part:
    """A package: its name and version, its licence as SPDX, who supplies it, and the packages it needs."""

    name: str
    version: str
    licence: str
    supplier: str
    needs: tuple[str, ...]

    @property
    def purl(self) -> str:
        """What it is called everywhere."""
        return PackageURL("pypi", None, self.name, self.version).to_string()


def parts(required: Path = REQUIRED, rules: Path = ALLOWED) -> list[Part]:
    """Every pinned package that this system needs. Raises LicenceError, a sentence for each fault."""
    known = tomllib.loads(rules.read_text(encoding="utf-8"))
    found, faults = [], []
    for requirement in pinned(required):
        try:
            found.append(part(requirement, known))
        except LicenceError as fault:
            faults.append(str(fault))
    if faults:
        raise LicenceError("\n".join(faults))
    return found


def pinned(required: Path) -> Iterator[Requirement]:
    """The packages of a file of requirements that this system needs."""
    for line in re.findall(r"^[\w.-]+==[^\\\n]+", required.read_text(encoding="utf-8"), re.M):
        requirement = Requirement(line.strip())
        if requirement.marker is None or requirement.marker.evaluate():
            yield requirement


def part(requirement: Requirement, known: dict[str, Any]) -> Part:
    """A package as it is installed. Raises LicenceError."""
    name = canonicalize_name(requirement.name)
    try:
        installed = distribution(requirement.name)
    except PackageNotFoundError:
        raise LicenceError(f"{name} is not installed; run python3 run.py check, which installs it.") from None
    if not requirement.specifier.contains(installed.version, prereleases=True):
        raise LicenceError(
            f"{name} is installed as {installed.version}, but {requirement.specifier} is pinned; run "
            "python3 run.py check, which installs it."
        )
    said = licence(name, installed, known)
    if not is_allowed(SPDX.parse(said, validate=True), set(known["allowed"])):
        raise LicenceError(
            f"{name} {installed.version} has the licence {said}, which {ALLOWED.name} does not allow. Ask "
            "whoever answers for licences, then add it there or do without the package."
        )
    told = (first(installed, field) for field in ("Author", "Author-email", "Maintainer-email"))
    supplier = next(filter(None, told), "")
    return Part(name, installed.version, said, supplier, tuple(sorted(needs(installed))))


def licence(name: str, installed: Distribution, known: dict[str, Any]) -> str:
    """A package's licence as SPDX. Raises LicenceError where it says none that is understood."""
    every = installed.metadata.get_all("Classifier") or []
    classifiers = [one for one in every if one.startswith("License ::")]
    told = [
        first(installed, "License-Expression"),
        known["packages"].get(name),
        first(installed, "License"),
        *(one.split(" :: ")[-1] for one in classifiers),
    ]
    for words in filter(None, told):
        expression = known["words"].get(words, words)
        try:
            SPDX.parse(expression, validate=True)
        except ExpressionError:
            continue
        return str(expression)
    raise LicenceError(
        f"{name} {installed.version} says no licence that is understood. Read the text it brings and name "
        f"its licence in {ALLOWED.name}, under [packages]."
    )


def first(installed: Distribution, field: str) -> str:
    """What a package says in a field; "" where it says nothing."""
    said: list[str] = installed.metadata.get_all(field) or [""]
    return said[0]


def is_allowed(expression: Any, allowed: set[str]) -> bool:
    """Whether a licence is allowed: of a choice one, of several together all."""
    if isinstance(expression, OR):
        return any(is_allowed(one, allowed) for one in expression.args)
    if isinstance(expression, AND):
        return all(is_allowed(one, allowed) for one in expression.args)
    return str(expression) in allowed


def needs(installed: Distribution) -> Iterator[str]:
    """The packages a package asks for on this system, without its extras."""
    for line in installed.requires or []:
        asked = Requirement(line)
        if asked.marker is None or asked.marker.evaluate({"extra": ""}):
            yield canonicalize_name(asked.name)


def bill(found: list[Part]) -> str:
    """The parts as CycloneDX 1.6 in JSON, with what each needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    whole = Component(name=project["name"], version=project["version"], type=ComponentType.APPLICATION)
    whole.licenses.add(LicenseExpression(project["license"]))
    components = {
        one.name: Component(
            name=one.name,
            version=one.version,
            bom_ref=one.purl,
            purl=PackageURL.from_string(one.purl),
            licenses=[LicenseExpression(one.licence)],
            supplier=OrganizationalEntity(name=one.supplier) if one.supplier else None,
        )
        for one in found
    }
    bom = Bom(components=components.values())
    bom.metadata.component = whole
    asked = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    bom.register_dependency(whole, [components[name] for name in sorted(asked)])
    for one in found:
        there = [components[name] for name in one.needs if name in components]
        bom.register_dependency(components[one.name], there)
    return JsonV1Dot6(bom).output_as_string(indent=1)


def main(arguments: list[str]) -> int:
    """Write both files; 0 written, 1 a licence is missing or not allowed."""
    parser = argparse.ArgumentParser(prog="python -m deploy.licences")
    parser.add_argument("folder", type=Path, help="where to write them")
    folder: Path = parser.parse_args(arguments).folder
    try:
        found = parts()
    except LicenceError as error:
        print(error, file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sbom.cdx.json").write_text(bill(found), encoding="utf-8")
    with (folder / "licences.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Package", "Version", "Licence", "Supplier"])
        writer.writerows([one.name, one.version, one.licence, one.supplier] for one in found)
    print(f"{len(found)} packages, each with a licence that is allowed: {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
