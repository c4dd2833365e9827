"""The dashboard over a real release, with sign-in set up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.browser.serving import DASHBOARD, serving
from tests.reporting.example import publish_example
from tests.sign_in.provider import CLIENT_ID, CLIENT_SECRET, Provider

COOKIE_SECRET = "of the tests only, and long enough to sign cookies with"
LISTED = """[people]
"ann@icb.example" = "icb"
"kit@icb.example" = "icb"
"pat@practice.example" = { role = "practice", practices = ["SYN01"] }
"bea@icb.example" = "board"
"dan@icb.example" = "data"
"ira@icb.example" = ["icb", "data"]

[domains]
"board.example" = "board"

[groups]
"pharmacists" = "icb"
"of Birchway" = { role = "practice", practices = ["SYN02"] }
"""
# What the release names, and figures of the first page: what a page may show only to those it is for.
NAMES = """SELECT DISTINCT unnest([practice_code, name, pcn, place, icb]) FROM practice
    UNION SELECT service FROM referral UNION SELECT release FROM release_info"""
FIGURES = ("of 6 practices", "per 1,000 adults", "2.06 per 1,000", "3.97")


@dataclass(frozen=True)
class Installed:
    """A dashboard over a real release: its address, its store, its access file and its log."""

    address: str
    store: Path
    access: Path
    log: Path
    words: frozenset[str]

    def lists(self, words: str = LISTED) -> None:
        """Write the access file, all at once: a rerun may be reading it."""
        beside = self.access.with_suffix(".new")
        beside.write_text(words, encoding="utf-8", errors="surrogateescape")
        os.replace(beside, self.access)  # noqa: PTH105 - as the store does it

    def told(self, received: bytes) -> list[str]:
        """What of the release is in the bytes that somebody received: names, codes, figures."""
        return sorted(word for word in self.words if word.encode() in received)

    def logged(self) -> str:
        """What the server has said so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def installed(folder: Path, provider: Provider) -> Iterator[Installed]:
    """Serve a release that is not synthetic, with secrets and an access file that lie in this folder."""
    store = publish_example(folder / "store", synthetic=False)
    secrets, access, log = folder / "secrets.toml", folder / "access.toml", folder / "log"
    secrets.write_text(
        f"""[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "{COOKIE_SECRET}"
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{provider.address}/.well-known/openid-configuration"
""",
        encoding="utf-8",
    )
    access.write_text(LISTED, encoding="utf-8")
    with serving(
        DASHBOARD, store, log, STREAMLIT_SECRETS_FILES=str(secrets), DASHBOARD_ACCESS=str(access)
    ) as address:
        yield Installed(address, store, access, log, _words(store))


def _words(store: Path) -> frozenset[str]:
    (release,) = (store / "releases").iterdir()
    with duckdb.connect(str(release), read_only=True) as connection:
        return frozenset(FIGURES).union(str(name) for (name,) in connection.execute(NAMES).fetchall())
