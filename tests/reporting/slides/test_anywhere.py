"""The same store gives the same files on a computer with other settings: time zone, language and letters."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

SLIDES = "high-dose-funnel,equity-deprivation,data-quality"  # two charts and an image of text
# Full hinting and coloured edges, as screens of low resolution are set to.
LETTERS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>/usr/share/fonts</dir><dir>/usr/local/share/fonts</dir><cachedir>{cache}</cachedir>
<match target="font">
<edit name="hinting" mode="assign"><bool>true</bool></edit>
<edit name="hintstyle" mode="assign"><const>hintfull</const></edit>
<edit name="rgba" mode="assign"><const>rgb</const></edit>
</match></fontconfig>"""


def made(store: Path, out: Path, **settings: str) -> dict[str, bytes]:
    """Every file of a pack made by the command line with these settings of the computer."""
    asked = ["--store", str(store), "--quarter", "2026Q3", "--slides", SLIDES, "--out", str(out)]
    done = subprocess.run(
        [sys.executable, "-m", "reporting.slides", *asked],
        cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_bytes() for path in out.iterdir()}


def test_a_pack_is_the_same_whatever_the_computer_is_set_to(sample_store: Path, tmp_path: Path) -> None:
    letters = tmp_path / "fonts.conf"
    letters.write_text(LETTERS.format(cache=tmp_path / "cache"), encoding="utf-8")
    store = shutil.copytree(sample_store, tmp_path / "store")  # a pack is recorded in the store's audit
    here = made(store, tmp_path / "here", TZ="Europe/London")
    elsewhere = made(
        store, tmp_path / "elsewhere", TZ="Pacific/Auckland", LC_ALL="C", LANGUAGE="de",
        FONTCONFIG_FILE=str(letters), PYTHONHASHSEED="7",
    )  # fmt: skip
    assert len(here) == 3 + 4 + 1  # slides, formats, contents
    assert {name for name in here if here[name] != elsewhere.get(name)} == set()
