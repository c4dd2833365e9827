"""The shipped proxy, for as long as a block lasts: nginx over TLS in front of dashboards."""

from __future__ import annotations

import datetime as dt
import os
import pwd
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "deploy" / "nginx.conf.template"
NAME = "localhost"
WANTED = "nginx is not installed: python3 run.py test installs it on Debian as root."


@dataclass(frozen=True)
class Proxy:
    """A running proxy: its folder, and the ports of HTTP and HTTPS."""

    folder: Path
    http: int
    https: int

    @property
    def address(self) -> str:
        """Its address, without a last slash."""
        return f"https://{NAME}:{self.https}"

    @property
    def trust(self) -> ssl.SSLContext:
        """What trusts its certificate and no other."""
        return ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))

    def logged(self) -> str:
        """What it wrote of requests."""
        return (self.folder / "access.log").read_text(encoding="utf-8")


def nginx() -> str:
    """The proxy's program. Raises AssertionError, in words, where there is none: no test passes then."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    assert found is not None, WANTED
    return found


def configuration(
    folder: Path, replicas: Sequence[str], ports: tuple[int, int] = (80, 443), **changed: str
) -> Path:
    """The template with its names put in, as envsubst does, written into the folder beside a certificate for
    localhost; replicas are addresses such as 127.0.0.1:8501, ports those of HTTP and HTTPS. changed: other
    values of directives, so that a test need not wait."""
    names = {
        "DASHBOARD_NAME": NAME,
        "DASHBOARD_REPLICAS": " ".join(f"server {one} max_fails=0;" for one in replicas),
        "DASHBOARD_TLS": str(folder),
        "DASHBOARD_HTTP_PORT": str(ports[0]),
        "DASHBOARD_HTTPS_PORT": str(ports[1]),
        "DASHBOARD_PROXY_USER": pwd.getpwuid(os.getuid()).pw_name,
        "DASHBOARD_RUN": str(folder),
        "DASHBOARD_LOG": str(folder / "access.log"),
        "DASHBOARD_ERRORS": str(folder / "error.log"),
    }
    written = re.sub(r"\$\{(\w+)\}", lambda found: names[found[1]], TEMPLATE.read_text(encoding="utf-8"))
    for directive, value in changed.items():
        written, count = re.subn(rf"\b{re.escape(directive)} [^;]+;", f"{directive} {value};", written)
        assert count == 1, f"{TEMPLATE.name} has {directive} {count} times"
    certificate(folder)
    path = folder / "nginx.conf"
    path.write_text(written, encoding="utf-8")
    return path


def certificate(folder: Path) -> None:
    """A certificate for localhost that signs itself, and its key, for a day."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(secret)


@contextmanager
def proxied(folder: Path, *replicas: str, **changed: str) -> Iterator[Proxy]:
    """The proxy in front of these dashboards, on free ports. changed: other values of directives.

    Raises RuntimeError with nginx's own words if it does not start.
    """
    http, https = free_port(), free_port()
    wanted = configuration(folder, replicas, (http, https), **changed)
    command = [nginx(), "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(wanted)]
    server = subprocess.Popen([*command, "-g", "daemon off;"], stdin=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 20
        while not answers(https):
            if server.poll() is not None or time.monotonic() > until:
                words = (folder / "error.log").read_text(encoding="utf-8")
                raise RuntimeError(f"nginx does not answer on port {https}:\n{words}")
            time.sleep(0.02)
        yield Proxy(folder, http, https)
    finally:
        server.terminate()
        server.wait()


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
