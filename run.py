#!/usr/bin/env python3
"""Set up and run the dashboard, with the Python standard library alone.

python3 run.py [--port N] [--store DIR]     set up what is missing, then serve the dashboard
python3 run.py test [PYTEST ARGUMENTS]      run every test
python3 run.py check                        formatting, lint, types and import layers
python3 run.py coverage [PYTEST ARGUMENTS]  run the tests slowly and show which branches they reach
python3 run.py bench [NAME] [OPTIONS]       measure how fast something is; the names where none is given
python3 run.py load PATH… [--store DIR]     load extracts into the store
python3 run.py build [--store DIR]          publish a release from what is loaded
python3 run.py reset [--yes] [--store DIR]  remove the store
python3 run.py licences                     write the list of packages (SBOM) and their licences into build/
The store is the folder store beside this file, unless --store or DASHBOARD_STORE names another.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "stamp"
SPARK_STAMP = VENV / "stamp-spark"  # of what the tests alone need
VERSION = sys.version.split()[0]
OLDEST = (3, 11)
ADDRESS = "127.0.0.1"
MOST_CORES = 4  # for the tests; each holds a store and a browser
ROOMS = (  # each file counts in the first that holds it
    "medicines",
    "measures",
    "etl/intake",
    "etl",
    "reporting/analysis",
    "reporting",
    "pages",
)
PINNED = ("--quiet", "--no-deps", "--require-hashes", "-r")
CHECKS = {
    "format": ("ruff", "format", "--check", "."),
    "lint": ("ruff", "check", "."),
    "types": ("mypy", "--config-file", "pyproject.toml", "--explicit-package-bases", "."),
    "layers": ("pytest", "tests/layers"),
}


class Failure(Exception):  # noqa: N818 - its text is the whole message
    """What failed and what to do about it, in a sentence for the person at the keyboard."""


def main(arguments: list[str]) -> int:
    """Do what the arguments ask for; 0 done, 1 failed, 2 wrongly asked."""
    verbs = {
        "test": test,
        "check": check,
        "coverage": coverage,
        "bench": bench,
        "load": load,
        "build": build,
        "reset": reset,
        "licences": licences,
    }
    try:
        if sys.version_info < OLDEST:
            raise Failure(
                f"This is Python {VERSION}; the dashboard needs 3.11 or newer. Install one from "
                "https://www.python.org/downloads/ and start run.py with it."
            )
        if not arguments or arguments[0].startswith("-"):
            return serve(arguments)
        if arguments[0] in verbs:
            return verbs[arguments[0]](arguments[1:])
        print(f"run.py: there is no “{arguments[0]}”. What there is:\n\n{__doc__}", file=sys.stderr)
        return 2
    except Failure as failure:
        print(f"run.py: {failure}", file=sys.stderr)
    except OSError as error:
        print(
            f"run.py: {error.strerror or error}: {error.filename}. Check it, then try again.", file=sys.stderr
        )
    return 1


def serve(arguments: list[str]) -> int:
    """Set up whatever is missing, then serve until stopped; Streamlit prints the address."""
    parser = options("")
    parser.add_argument("--port", type=int, default=8501, help="where to listen (8501)")
    asked = parser.parse_args(arguments)
    require_free(asked.port)
    set_up()
    find_browser()
    if not (asked.store / "CURRENT").is_file():
        first_release(asked.store)
    command = module("streamlit", "run", "reporting/ui/entry/served.py", "--server.port", str(asked.port))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    dashboard = subprocess.Popen(command, cwd=ROOT, env=environment(asked.store))
    try:
        first_visit(dashboard, asked.port)
        if dashboard.wait() != 0:
            raise Failure("The dashboard stopped by itself; the lines above say why.")
    except KeyboardInterrupt:
        print("Stopped.")
    finally:
        dashboard.terminate()
        dashboard.wait()
    return 0


def first_visit(dashboard: subprocess.Popen[bytes], port: int) -> None:
    """Run the dashboard once before anyone opens it: until then Streamlit knows no page, and a link to one
    would open over the words “Page not found”."""
    until = time.monotonic() + 60
    while dashboard.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://{ADDRESS}:{port}/_stcore/script-health-check", timeout=60):
                return
        except urllib.error.HTTPError:
            return  # it answers; what is wrong with it, its pages say
        except OSError:
            time.sleep(0.2)


def test(arguments: list[str]) -> int:
    """Run the tests, a file at a time on each core; the arguments are pytest's."""
    set_up()
    find_browser()
    find_proxy()
    find_spark()
    return run(module(*on_each_core(arguments)))


def on_each_core(arguments: list[str]) -> list[str]:
    cores = str(min(os.cpu_count() or 1, MOST_CORES))
    return ["pytest", "-n", cores, "--dist", "loadfile", "--no-loadscope-reorder", *arguments]


def coverage(arguments: list[str]) -> int:
    """Run the tests, or those that the arguments choose, and print what of each room they reach."""
    set_up()
    find_browser()
    find_proxy()
    find_spark()
    run(module("coverage", "erase"))
    outcome = run(module("coverage", "run", "-m", *on_each_core(arguments)))
    with tempfile.TemporaryDirectory() as folder:
        measured = Path(folder) / "measured.json"
        if run(module("coverage", "combine", "--quiet")) or run(
            module("coverage", "json", "--quiet", "-o", str(measured))
        ):
            raise Failure("Nothing was measured; the lines above say why.")
        files = json.loads(measured.read_text(encoding="utf-8"))["files"]
    print(by_room({name.replace("\\", "/"): file["summary"] for name, file in files.items()}))
    return outcome


def by_room(files: dict[str, dict[str, int]]) -> str:
    """The lines and branches that were run, by room, as a table; files: path → coverage's summary of it."""
    rooms: dict[str, list[dict[str, int]]] = {room: [] for room in ROOMS}
    for name, summary in files.items():
        rooms[next(room for room in ROOMS if name.startswith(f"{room}/"))].append(summary)
    return "\n".join(
        f"{room:20} lines {reached(found, 'covered_lines', 'num_statements')}   "
        f"branches {reached(found, 'covered_branches', 'num_branches')}"
        for room, found in rooms.items()
    )


def reached(files: list[dict[str, int]], some: str, every: str) -> str:
    total = sum(file[every] for file in files)
    return f"{sum(file[some] for file in files) / total:6.1%}" if total else "  none"


def check(arguments: list[str]) -> int:
    """Run every check, then name those that failed."""
    options("check").parse_args(arguments)
    set_up()
    failed = []
    for name, command in CHECKS.items():
        print(f"== {name}", flush=True)
        if run(module(*command)) != 0:
            failed.append(name)
    if failed:
        raise Failure(f"These checks failed: {', '.join(failed)}. The lines above say where.")
    return 0


def bench(arguments: list[str]) -> int:
    """Run a benchmark and print its table, or the names of all; the arguments are the benchmarks' own."""
    set_up()
    find_browser()
    find_proxy()
    return run(module("benchmarks", *arguments))


def load(arguments: list[str]) -> int:
    """Load extracts; options that are not known here are the loader's own."""
    parser = options("load")
    parser.add_argument("paths", nargs="+", type=absolute, metavar="PATH", help="extracts or folders of them")
    asked, others = parser.parse_known_args(arguments)
    missing = [str(path) for path in asked.paths if not path.exists()]
    if missing:
        raise Failure(f"There is no {' and no '.join(missing)}. Check the path; nothing was loaded.")
    set_up()
    return etl("load", *map(str, asked.paths), *others, store=asked.store)


def build(arguments: list[str]) -> int:
    """Publish a release from what is loaded; options that are not known here are the builder's own."""
    asked, others = options("build").parse_known_args(arguments)
    set_up()
    return etl("build", *others, store=asked.store)


def reset(arguments: list[str]) -> int:
    """Remove the store, after asking, and nothing that is not a store."""
    parser = options("reset")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    asked = parser.parse_args(arguments)
    if not asked.store.exists():
        print(f"There is no store at {asked.store}; nothing to remove.")
        return 0
    if not any((asked.store / part).exists() for part in ("CURRENT", "contract")):
        raise Failure(f"{asked.store} is not a store of the dashboard; nothing was removed. Check --store.")
    if not (asked.yes or agreed(f"Remove {asked.store} with every extract loaded into it? [y/N] ")):
        raise Failure("Nothing was removed. Answer y, or give --yes, to remove the store.")
    shutil.rmtree(asked.store)
    print(f"Removed {asked.store}.")
    return 0


def licences(arguments: list[str]) -> int:
    """Write what the dashboard is made of, and fail on a licence that is missing or not allowed."""
    options("licences").parse_args(arguments)
    set_up()
    return run(module("deploy.licences", str(ROOT / "build")))


def options(verb: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"run.py {verb}".strip(), allow_abbrev=False)
    default = absolute(os.environ.get("DASHBOARD_STORE") or str(ROOT / "store"))
    parser.add_argument("--store", type=absolute, default=default, help="the folder of extracts and releases")
    return parser


def absolute(path: str) -> Path:
    return Path(path).expanduser().absolute()


def agreed(question: str) -> bool:
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        return False


def set_up() -> None:
    """Make the environment, unless it was made from these very requirements by this very Python."""
    requirements = ROOT / "requirements.txt"
    stamp = f"{VERSION} {hashlib.sha256(requirements.read_bytes()).hexdigest()}"
    if PYTHON.is_file() and STAMP.is_file() and STAMP.read_text(encoding="utf-8") == stamp:
        return
    require_writable(ROOT)
    print("Setting up the environment in .venv (once; about a minute) …", flush=True)
    uv = working("uv")
    if not (uv and installed_by_uv(uv)):
        install_by_pip()
    STAMP.write_text(stamp, encoding="utf-8")


def installed_by_uv(uv: str) -> bool:
    """Whether uv, which is fast but not needed, made the environment and installed the packages."""
    make = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)]
    install = [uv, "pip", "install", "--python", str(PYTHON), *PINNED, str(ROOT / "requirements.txt")]
    if (is_made() or run(make) == 0) and run(install) == 0:
        return True
    print("uv could not set it up; trying without …", flush=True)
    return False


def install_by_pip() -> None:
    if not (is_made() and run(module("pip", "--version"), quiet=True) == 0):
        make_environment()
    install = module("pip", "install", "--no-input", *PINNED, str(ROOT / "requirements.txt"))
    if run(install) != 0:
        raise Failure(
            "The packages could not be installed; the lines above say which. Check the connection to the "
            "package registry (behind a proxy set HTTPS_PROXY; name a mirror in PIP_INDEX_URL, for uv "
            "in UV_INDEX_URL), then run this again."
        )


def is_made() -> bool:
    """Whether .venv is an environment of this very Python."""
    made_by = VENV / "pyvenv.cfg"
    return PYTHON.is_file() and f"= {VERSION}\n" in made_by.read_text(encoding="utf-8")


def make_environment() -> None:
    if importlib.util.find_spec("ensurepip") is None and is_debian_root():
        apt_install(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")
    if run([sys.executable, "-m", "venv", "--clear", str(VENV)]) != 0:
        raise Failure(
            "Python could not make its environment in .venv; the lines above say why. Install python3-venv "
            "(Debian, Ubuntu), or uv, or a complete Python, then run this again."
        )


def find_browser() -> None:
    """Find or install what makes the pictures of slides; without it everything else still works."""
    from reporting.slides.pictures.browser import BrowserMissing, browser_path

    try:
        browser_path()
    except BrowserMissing as missing:
        named = os.environ.get("BROWSER_PATH")
        if named or not is_debian_root() or not apt_install("chromium"):
            print(f"run.py: {missing} Everything but those pictures works without.", file=sys.stderr)


def find_proxy() -> None:
    """Find or install nginx, which the tests of deploy/ put in front of the dashboard."""
    places = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    if not (shutil.which("nginx", path=places) or (is_debian_root() and apt_install("nginx-light"))):
        print("run.py: nginx is not installed; the tests in tests/deploy fail without it.", file=sys.stderr)


def find_spark() -> None:
    """Find or install PySpark and Java, with which the tests hold Spark against DuckDB."""
    requirements = ROOT / "requirements-spark.txt"
    stamp = f"{VERSION} {hashlib.sha256(requirements.read_bytes()).hexdigest()}"
    if not (SPARK_STAMP.is_file() and SPARK_STAMP.read_text(encoding="utf-8") == stamp):
        print("Installing PySpark into .venv (once; some minutes, 450 MB) …", flush=True)
        if installed(requirements):
            SPARK_STAMP.write_text(stamp, encoding="utf-8")
        else:
            print("run.py: PySpark is not installed; tests in tests/etl/engines fail.", file=sys.stderr)
    if not (shutil.which("java") or (is_debian_root() and apt_install("openjdk-17-jre-headless"))):
        print(
            "run.py: Java is not installed; tests in tests/etl/engines fail without Java 17 or later.",
            file=sys.stderr,
        )


def installed(requirements: Path) -> bool:
    """Whether uv, or pip where that is not there, installed these packages beside the others."""
    uv = working("uv")
    if uv and run([uv, "pip", "install", "--python", str(PYTHON), *PINNED, str(requirements)]) == 0:
        return True
    return run(module("pip", "install", "--no-input", *PINNED, str(requirements))) == 0


def working(program: str) -> str | None:
    """Where a program is that is used if it runs; None where it is not there or this user may not run it."""
    place = shutil.which(program)
    try:
        return place if place and run([place, "--version"], quiet=True) == 0 else None
    except OSError:
        return None


def is_debian_root() -> bool:
    release = Path("/etc/os-release")
    debian = release.is_file() and "ID=debian" in release.read_text(encoding="utf-8").splitlines()
    return debian and os.geteuid() == 0


def apt_install(package: str) -> bool:
    apt_get = working("apt-get")
    if apt_get is None:
        return False
    print(f"Installing {package} …", flush=True)
    run([apt_get, "update", "-qq"], quiet=True)
    return run([apt_get, "install", "-y", "-qq", "--no-install-recommends", package], quiet=True) == 0


def first_release(store: Path) -> None:
    """Publish what is loaded or, where nothing is, the sample: made beside, so that it comes whole or not."""
    require_writable(store.parent)
    if store.is_dir() and any(store.iterdir()):
        if etl("build", store=store) != 0:
            raise Failure(f"No release could be built from {store}; the lines above say why.")
        return
    print("There is no store yet: loading the synthetic sample in data/sample …", flush=True)
    beside = store.with_name(f"{store.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    of_sample = str(ROOT / "config" / "policy_of_sample.toml")
    if etl("load", str(ROOT / "data" / "sample"), store=beside) or etl(
        "build", store=beside, policy=of_sample
    ):
        raise Failure("The sample could not be published; the lines above say why. Nothing was kept of it.")
    if store.is_dir():
        store.rmdir()
    beside.rename(store)


def etl(verb: str, *arguments: str, store: Path, policy: str = "") -> int:
    return run(module("etl", verb, *arguments, "--store", str(store)), policy=policy)


def module(name: str, *arguments: str) -> list[str]:
    return [str(PYTHON), "-m", name, *arguments]


def environment(store: Path | None = None) -> dict[str, str]:
    named = {"DASHBOARD_STORE": str(store)} if store else {}
    return {**os.environ, **named, "PYTHONUTF8": "1", "DEBIAN_FRONTEND": "noninteractive"}


def run(command: list[str], *, quiet: bool = False, policy: str = "") -> int:
    env = {**environment(), **({"DASHBOARD_POLICY": policy} if policy else {})}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=quiet).returncode


def require_writable(folder: Path) -> None:
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise Failure(
            f"Nothing can be written in {folder} ({error.strerror}). Copy the project to a folder of your "
            "own, or name another store with --store."
        ) from error


def require_free(port: int) -> None:
    if not 0 < port < 65536:
        raise Failure(f"{port} is not a port. Choose a number from 1024 to 65535, for example --port 8502.")
    with socket.socket() as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            raise Failure(
                f"Port {port} cannot be used ({error.strerror}). If the dashboard is running already, open "
                f"http://{ADDRESS}:{port}; otherwise choose another: python3 run.py --port {port % 65535 + 1}"
            ) from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
