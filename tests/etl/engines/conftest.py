"""Spark for tests: small tables, so Java need not make its programs fast."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _small_java(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Java that lets the tests beside it go first: they wait for browsers."""
    given = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{given}/bin" if given else None)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        if java is not None:
            home = tmp_path_factory.mktemp("java")
            (home / "bin").mkdir()
            script = home / "bin" / "java"
            script.write_text(f'#!/bin/sh\nexec nice -n 15 "{java}" "$@"\n', encoding="utf-8")
            script.chmod(0o755)
            environment.setenv("JAVA_HOME", str(home))
        yield
