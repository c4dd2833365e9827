"""The compose file and the systemd unit parse, name files that are there, and agree with what they start."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import run
from deploy import watched
from tests.deploy.proxied import ROOT, TEMPLATE

DEPLOY = ROOT / "deploy"
COMPOSE = DEPLOY / "compose.yaml"
UNIT = DEPLOY / "dashboard@.service"
NAMES = set(re.findall(r"\$\{(DASHBOARD_\w+)\}", TEMPLATE.read_text(encoding="utf-8")))
EXPOSURE = 3.0  # of 10, as systemd-analyze counts; most services have 9


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return found


def dashboards() -> dict[str, Any]:
    return {name: one for name, one in compose()["services"].items() if name != "proxy"}


def unit() -> configparser.ConfigParser:
    read = configparser.ConfigParser(interpolation=None, strict=False)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(UNIT, encoding="utf-8")
    return read


def of_debian() -> dict[str, str]:
    text = (DEPLOY / "debian.env").read_text(encoding="utf-8")
    return {name: value.strip('"') for name, value in re.findall(r"^(\w+)=(.*)$", text, re.M)}


@pytest.mark.parametrize("name", compose()["services"])
def test_a_container_can_write_nowhere_gains_no_right_and_has_limits(name: str) -> None:
    one = compose()["services"][name]
    assert one["read_only"] is True and one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert one["mem_limit"] and one["pids_limit"] and one["restart"] == "unless-stopped"
    assert "privileged" not in one and "network_mode" not in one
    writable = [volume for volume in one["volumes"] if not volume.endswith(":ro")]
    assert writable == ([] if name == "proxy" else ["${DASHBOARD_STORE:?}:/store"])


def test_only_the_proxy_can_be_reached_from_outside() -> None:
    assert len(dashboards()) >= 2
    assert [name for name, one in compose()["services"].items() if "ports" in one] == ["proxy"]


def test_the_proxy_waits_for_every_dashboard_and_sends_to_each() -> None:
    proxy = compose()["services"]["proxy"]
    assert set(proxy["depends_on"]) == set(dashboards())
    assert {one["condition"] for one in proxy["depends_on"].values()} == {"service_healthy"}
    port = re.search(r"^EXPOSE (\d+)$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.M)
    assert port is not None
    assert re.findall(r"server (\S+) max_fails=0;", proxy["environment"]["DASHBOARD_REPLICAS"]) == [
        f"{name}:{port[1]}" for name in dashboards()
    ]


def test_every_name_in_the_template_is_put_in_and_no_other() -> None:
    in_compose = {n for n in compose()["services"]["proxy"]["environment"] if n.startswith("DASHBOARD_")}
    assert in_compose == set(of_debian()) == NAMES


def test_what_the_compose_file_mounts_is_where_the_program_looks() -> None:
    for one in dashboards().values():
        targets = [volume.rsplit(":", 2)[-2 if volume.endswith(":ro") else -1] for volume in one["volumes"]]
        assert targets == ["/store", "/app/config", "/app/.streamlit/secrets.toml"]
        assert (COMPOSE.parent / one["build"]["context"] / one["build"]["dockerfile"]).resolve().is_file()
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert "DASHBOARD_STORE=/store" in image and "WORKDIR /app\n" in image
    mounted = compose()["services"]["proxy"]["volumes"][0].split(":")[0]
    assert (COMPOSE.parent / mounted).resolve() == TEMPLATE


def test_no_file_of_deploy_holds_a_secret() -> None:
    for path in DEPLOY.iterdir():
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"(?i)(client_secret|cookie_secret|password)\s*[=:]\s*\S", text), path.name
            assert "PRIVATE KEY" not in text


def test_the_unit_starts_a_file_that_is_there_with_limits_and_a_watchdog() -> None:
    service = unit()["Service"]
    program, script, port = service["ExecStart"].split()
    assert program.startswith(service["WorkingDirectory"]) and port == "%i"
    assert (ROOT / script).is_file() and (ROOT / watched.SCRIPT).is_file()
    assert service["Type"] == "notify" and service["MemoryMax"] and service["Restart"] == "always"
    missed = watched.MISSED * (watched.EVERY + watched.PATIENCE)
    assert int(service["WatchdogSec"]) > missed > 0, "the watchdog waits longer than watched.py does"
    assert int(service["TimeoutStartSec"]) > watched.STARTING + missed
    hardened = {"ProtectSystem": "strict", "NoNewPrivileges": "yes", "PrivateTmp": "yes", "LimitCORE": "0"}
    assert {name: service[name] for name in hardened} == hardened
    ports = {f"127.0.0.1:{n}" for n in (8501, 8502)}
    assert set(re.findall(r"server ([\d.:]+) max_fails=0;", of_debian()["DASHBOARD_REPLICAS"])) == ports


def test_what_is_served_is_what_run_py_serves() -> None:
    source = Path(run.__file__).read_text(encoding="utf-8")
    served = re.search(r'module\("streamlit", "run", "([^"]+)"', source)
    assert served is not None and served[1] == watched.SCRIPT


def analysed(*arguments: str) -> str:
    """What systemd-analyze says; a machine without it fails, in words."""
    program = shutil.which("systemd-analyze")
    assert program is not None, "systemd-analyze is not here; install systemd (Debian) to check the unit"
    found = subprocess.run([program, *arguments], capture_output=True, text=True)
    return found.stdout + found.stderr


def test_systemd_finds_no_fault_in_the_unit(tmp_path: Path) -> None:
    here = UNIT.read_text(encoding="utf-8").replace("/srv/dashboard/current/.venv/bin/python", sys.executable)
    copy = tmp_path / UNIT.name
    copy.write_text(here, encoding="utf-8")
    assert analysed("verify", "--man=no", str(copy)) == ""
    copy.write_text(here.replace("MemoryMax=", "MemryMax="), encoding="utf-8")
    assert "MemryMax" in analysed("verify", "--man=no", str(copy))


def test_little_is_open_to_the_service() -> None:
    found = re.search(
        r"Overall exposure level for \S+: ([\d.]+)", analysed("security", "--offline=true", str(UNIT))
    )
    assert found is not None and float(found[1]) < EXPOSURE
