"""Where the Chromium-family browser is that makes pictures. Standard library only: run.py reads it too."""

import os
import shutil
import sys
from pathlib import Path

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
    "brave-browser",
    "brave",
)
WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
WINDOWS_PROGRAMS = (
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
    "Chromium/Application/chrome.exe",
    "BraveSoftware/Brave-Browser/Application/brave.exe",
)
MAC_PROGRAMS = ("Google Chrome", "Chromium", "Microsoft Edge", "Brave Browser")
LINUX_PROGRAMS = ("/opt/google/chrome/chrome", "/opt/microsoft/msedge/msedge", "/snap/bin/chromium")
WOULD_DO = "Google Chrome, Chromium, Microsoft Edge or Brave"


class BrowserMissing(RuntimeError):  # noqa: N818 - named for what happened
    """No browser that can make pictures was found; the text says which would do and how to name one."""


def browser_path() -> Path:
    """The browser to use: BROWSER_PATH if set, else one on PATH, else one in a usual place.

    Raises BrowserMissing if BROWSER_PATH names no file, or if nothing is found.
    """
    named = os.environ.get("BROWSER_PATH", "")
    if named:
        if not os.path.isfile(named):  # noqa: PTH113 - a folder this user may not read is no error
            raise BrowserMissing(
                f"BROWSER_PATH is set to {named}, and no program is there. Set it to the full path of "
                f"{WOULD_DO}, or unset it to have one looked for."
            )
        return Path(named)
    on_path = (shutil.which(name) for name in NAMES)
    usual = (str(place) for place in usual_places() if os.path.isfile(place))  # noqa: PTH113
    for found in (*on_path, *usual):
        if found:
            return Path(found)
    raise BrowserMissing(
        f"No browser was found that can make pictures of slides. Install {WOULD_DO}, "
        "or set BROWSER_PATH to the full path of one that is installed."
    )


def usual_places() -> list[Path]:
    """Where the installers of this operating system put such browsers, whether or not they are there."""
    if sys.platform == "win32":
        folders = [Path(os.environ[name]) for name in WINDOWS_FOLDERS if os.environ.get(name)]
        return [folder / program for program in WINDOWS_PROGRAMS for folder in folders]
    if sys.platform == "darwin":
        roots = [Path("/Applications"), Path.home() / "Applications"]
        return [root / f"{name}.app/Contents/MacOS/{name}" for name in MAC_PROGRAMS for root in roots]
    return [Path(program) for program in LINUX_PROGRAMS]
