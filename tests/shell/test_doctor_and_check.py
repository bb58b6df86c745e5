"""`qunzhu doctor` and `qunzhu check`: all is well on a fresh checkout, and every sick part says what to do."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from bot import doctor
from bot.chat.wechaty import shims
from bot.config import Config
from storage.engine import parse_url
from storage.schema import migrate
from tests.shell.test_bad_input import HASHED
from tests.shell.workshop import Workshop
from tests.web.certificates import made, needs_openssl

PARTS = ["python", "packages", "folder", "wechaty", "zone data", "clock", "disk", "database", "gateway", "page"]


def well(folder: Path, **changes: object) -> Config:
    base: dict[str, object] = {
        "root": folder,
        "storage": {"url": f"sqlite:///{folder}/data/qunzhu.db", "folder": folder / "data"},
    }
    return Config.model_validate({**base, **changes})


def sick(config: Config) -> dict[str, doctor.Finding]:
    return {finding.part: finding for finding in doctor.examine(config) if finding.advice}


async def test_a_fresh_checkout_is_well(workshop: Workshop) -> None:
    ended = await workshop.start("doctor")
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert [line.split(":")[0] for line in lines] == [f"✓ {part}" for part in PARTS]
    assert not (workshop.folder / "data" / "qunzhu.db").exists()

    ended = await workshop.start("check")
    assert (ended.code, ended.out, ended.err) == (0, "all is well\n", "")


def test_a_checkout_in_use_is_well(tmp_path: Path) -> None:
    migrate(parse_url(f"sqlite:///{tmp_path}/data/qunzhu.db"))
    assert sick(well(tmp_path)) == {}


async def test_each_sick_part_on_a_line_with_its_advice(workshop: Workshop) -> None:
    (workshop.folder / "data").write_text("")
    workshop.env |= {
        "QUNZHU_CHAT__GATEWAY": "wechaty",
        "QUNZHU_CHAT__ENDPOINT": "127.0.0.1:1",
        "QUNZHU_CHAT__TOKEN": "geheim",
    }
    ended = await workshop.call("doctor")
    assert (ended.code, ended.err) == (1, "")
    ill = {line.split(":")[0]: line for line in ended.out.splitlines() if line.startswith("✗")}
    assert list(ill) == ["✗ folder", "✗ wechaty", "✗ database", "✗ gateway"]
    assert all(" → " in line for line in ill.values())
    assert "storage.folder" in ill["✗ wechaty"]
    assert "geheim" not in ended.out


def test_python_too_old_or_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "TOO_NEW", (3, 11))
    assert "3.12" in sick(well(tmp_path))["python"].advice


def test_a_package_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", ("loguru", "no-such-package"))
    finding = sick(well(tmp_path))["packages"]
    assert (finding.state, "make run" in finding.advice) == ("missing: no-such-package", True)


def test_wechaty_that_does_not_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_folder: Path) -> None:
        raise ImportError("no module named pyee")

    monkeypatch.setattr(shims, "load_wechaty", broken)
    finding = sick(well(tmp_path))["wechaty"]
    assert "no module named pyee" in finding.state
    assert "uv sync" in finding.advice


def test_a_clock_in_the_past(tmp_path: Path) -> None:
    with time_machine.travel(datetime(2001, 1, 1, tzinfo=UTC), tick=False):
        assert "set the machine's clock" in sick(well(tmp_path))["clock"].advice


def test_a_disk_nearly_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "FREE_MEGABYTES", 10**12)
    assert "make room" in sick(well(tmp_path))["disk"].advice


def _newer(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def _nonsense(file: Path) -> None:
    file.write_bytes(b"nonsense" * 1000)


@pytest.mark.parametrize(("spoil", "says", "advice"), [(_newer, "9999", "newer version"), (_nonsense, "database", "")])
def test_a_database_that_cannot_be_used(tmp_path: Path, spoil: Callable[[Path], None], says: str, advice: str) -> None:
    file = tmp_path / "data" / "qunzhu.db"
    migrate(parse_url(f"sqlite:///{file}"))
    spoil(file)
    finding = sick(well(tmp_path))["database"]
    assert says in finding.state
    assert advice in finding.advice


def test_a_database_for_which_there_is_no_place(tmp_path: Path) -> None:
    config = well(tmp_path, storage={"url": "sqlite:////proc/m/qunzhu.db", "folder": tmp_path})
    assert "writable" in sick(config)["database"].advice


def test_a_database_that_is_not_supported(tmp_path: Path) -> None:
    config = well(tmp_path, storage={"url": "mysql://x", "folder": tmp_path})
    assert "use sqlite" in sick(config)["database"].advice


def test_a_gateway(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = f"127.0.0.1:{server.getsockname()[1]}"
        config = well(tmp_path, chat={"gateway": "wechaty", "endpoint": endpoint, "token": "t"})
        assert "gateway" not in sick(config)
    assert "start the gateway" in sick(config)["gateway"].advice


async def test_check_lists_every_fault_with_its_line(workshop: Workshop) -> None:
    workshop.rewrite("posts/value/leash.md", "audience", "audiense")
    workshop.rewrite("posts/value/teeth.md", "room.greeting", "rom.greeting")
    workshop.rewrite("replies/zh/status.j2", "{%", "{% foo %}{%")
    workshop.rewrite("tag_rules.toml", 'tag = "养猫"', 'tagg = "养猫"')
    ended = await workshop.call("check")
    assert (ended.code, ended.err) == (1, "")
    *faults, total = ended.out.splitlines()
    assert total == "4 faults"
    found = {fault.split(": ")[0].removeprefix("templates/") for fault in faults}
    places = ("posts/value/leash.md:5", "posts/value/teeth.md:8", "replies/zh/status.j2:", "tag_rules.toml:43")
    assert [place for place in places if not any(where.startswith(place) for where in found)] == []
    assert all(fault.endswith(")") for fault in faults)


async def test_check_in_another_folder(workshop: Workshop) -> None:
    """Relative paths start from the file's folder, not from where the command is typed."""
    ended = await workshop.call("check", "--config", str(workshop.config))
    assert ended.code == 0
    workshop.env["QUNZHU_CONFIG"] = str(workshop.config)
    inner = workshop.folder / "inner"
    inner.mkdir()
    ended = await workshop.call("check", cwd=inner)
    assert (ended.code, ended.out) == (0, "all is well\n")


async def test_check_on_a_terminal_without_these_characters(workshop: Workshop) -> None:
    workshop.env["PYTHONIOENCODING"] = "ascii"
    workshop.rewrite("posts/value/leash.md", "audience", "收件人")
    ended = await workshop.start("check")
    assert (ended.code, ended.err) == (1, "")
    assert "unknown front-matter key '???'" in ended.out


def page(config: Config) -> doctor.Finding:
    return next(finding for finding in doctor.examine(config) if finding.part == "page")


CONSOLE = {"enabled": "on", "host": "0.0.0.0", "origin": "https://c.example", "passwords": {"wxid_a": HASHED}}


def test_the_page_says_where_it_is_and_for_whom(tmp_path: Path) -> None:
    assert page(well(tmp_path)).state == "http://127.0.0.1:8788, for this machine only, by the link that run prints"
    assert page(well(tmp_path, web={"enabled": "off"})).state == "not served"
    assert "web.enabled = on" in page(well(tmp_path, web={"host": "0.0.0.0"})).state
    proxied = page(well(tmp_path, web=CONSOLE | {"proxy": True}))
    assert proxied.state.startswith("https://c.example, from 0.0.0.0:8788, with passwords for wxid_a; the proxy")
    assert proxied.advice == ""


@needs_openssl
@pytest.mark.parametrize(("days", "advice"), [(400, ""), (5, "renew the certificate")])
def test_the_page_s_certificate_and_its_end(tmp_path: Path, days: int, advice: str) -> None:
    chain, key = made(tmp_path, days=days)
    finding = page(well(tmp_path, web=CONSOLE | {"tls_cert": chain, "tls_key": key}))
    assert "its certificate is good until 20" in finding.state
    assert finding.advice.startswith(advice)
    assert bool(finding.advice) == bool(advice)
    assert HASHED not in finding.state


def test_the_page_s_certificate_cannot_be_read(tmp_path: Path) -> None:
    config = well(tmp_path, web=CONSOLE | {"tls_cert": "c.pem", "tls_key": "k.pem"})
    assert "c.pem: cannot be read" in page(config).state
    assert "web.tls_cert" in page(config).advice
