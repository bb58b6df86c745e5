"""Every contract of the architecture refuses what it is there to refuse: violations are planted in a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent

DOWN = "Knowledge flows down"
HANDLER = "A handler returns a value: it cannot send, await, render, log or read the time"
PURE = "Policy and core decide without I/O, clock, randomness or framework"
FLOWS = "The flows know no SDK"
DOOR = "Wechaty's packages stay behind the door"
APART = "The door, the templates and the memory do not know each other"
WIRE = "The adapter and the embedded gateway meet on the wire only"
VOICE = "The voice speaks and remembers nothing"
WEB = "Only the page knows the web"
ASKS = "The page asks the storage, and writes no SQL"
CONTRACTS = (DOWN, HANDLER, PURE, FLOWS, DOOR, WEB, ASKS, APART, WIRE, VOICE)

PLANTED = (
    (HANDLER, "handlers/help.py", "sqlmodel"),
    (HANDLER, "handlers/tags.py", "bot.chat.port"),
    (HANDLER, "handlers/tag.py", "asyncio"),
    (PURE, "bot/policy/window.py", "bot.clock"),
    (PURE, "bot/policy/gate.py", "time"),
    (PURE, "bot/core/room.py", "pydantic"),
    (APART, "storage/rooms.py", "bot.chat.port"),
    (DOWN, "bot/inbound/record.py", "bot.outbound.plan"),
    (DOWN, "storage/tags.py", "handlers.tags"),
    (FLOWS, "bot/outbound/plan.py", "sqlmodel"),
    (FLOWS, "bot/inbound/router.py", "bot.chat.wechaty.adapter"),
    (DOOR, "bot/inbound/roster.py", "wechaty_grpc.wechaty"),
    (DOOR, "bot/doctor.py", "grpclib"),
    (WIRE, "bot/chat/sandbox/world.py", "bot.chat.wechaty.names"),
    (VOICE, "bot/voice.py", "storage.rooms"),
    (WEB, "bot/inbound/desk.py", "starlette.requests"),
    (WEB, "handlers/plan.py", "argon2"),
    (ASKS, "bot/web/console/order.py", "sqlmodel"),
    (ASKS, "bot/web/pulse.py", "storage.tables"),
    (DOWN, "bot/app.py", "bot.web.site"),
)

CLOCK = (
    ("import time\n\n\ndef f() -> float:\n    return time.time()\n", "time.time"),
    ("import time\n\n\ndef f() -> None:\n    time.sleep(1)\n", "time.sleep"),
    ("from time import sleep\n\nsleep(1)\n", "time.sleep"),
    ("from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n", "datetime.datetime.now"),
    ("from datetime import datetime\n\nNOW = datetime.utcnow()\n", "datetime.datetime.utcnow"),
    ("from datetime import date\n\nDAY = date.today()\n", "datetime.date.today"),
    ("from unittest.mock import Mock\n\nFAKE = Mock()\n", "unittest.mock"),
    ("from unittest import mock\n\nFAKE = mock.Mock()\n", "unittest.mock"),
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in ("bot", "handlers", "storage"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def contracts(folder: Path) -> tuple[int, dict[str, str], str]:
    """The verdict on each contract, and everything that was said."""
    env = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "400", "NO_COLOR": "1"}
    command = [str(BIN / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60)
    verdicts = {}
    for line in done.stdout.splitlines():
        name, _, verdict = line.rpartition(" ")
        if verdict in {"KEPT", "BROKEN"}:
            verdicts[name] = verdict
    return done.returncode, verdicts, done.stdout


def test_the_house_as_it_stands_keeps_every_contract(copy: Path) -> None:
    code, verdicts, said = contracts(copy)
    assert verdicts == dict.fromkeys(CONTRACTS, "KEPT"), said
    assert code == 0


def test_each_planted_import_is_refused_by_its_contract(copy: Path) -> None:
    for _contract, file, module in PLANTED:
        with (copy / file).open("a", encoding="utf-8") as source:
            source.write(f"\nimport {module}  # noqa\n")
    code, verdicts, said = contracts(copy)
    assert code == 1
    assert verdicts == dict.fromkeys(CONTRACTS, "BROKEN"), said
    told = said.partition("Broken contracts")[2]
    sections = {name: told.partition(f"{name}\n{'-' * len(name)}")[2].partition("\n-----")[0] for name in CONTRACTS}
    for contract, file, module in PLANTED:
        importer = file.removesuffix(".py").replace("/", ".")
        root = module.split(".")[0] if module.split(".")[0] not in {"bot", "storage", "handlers"} else module
        assert f"{importer} -> {root}" in sections[contract], f"{contract}: {importer} imports {module}\n{said}"


def ruff(folder: Path, name: str) -> str:
    command = [str(BIN / "ruff"), "check", "--no-cache", "--select", "TID251", "--output-format", "concise", name]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60).stdout


def test_the_time_is_read_in_one_place_and_nothing_is_mocked(copy: Path) -> None:
    assert "All checks passed" in ruff(copy, ".")
    for number, (source, _api) in enumerate(CLOCK):
        (copy / "bot" / "policy" / f"planted_{number}.py").write_text(source, encoding="utf-8")
    said = ruff(copy, ".")
    for number, (_source, api) in enumerate(CLOCK):
        (line,) = [line for line in said.splitlines() if f"planted_{number}.py" in line and "TID251" in line][:1]
        assert f"`{api}` is banned" in line
    clock = copy / "bot" / "clock.py"
    assert "All checks passed" in ruff(copy, str(clock))
    clock.rename(copy / "bot" / "clock_elsewhere.py")
    assert "`datetime.datetime.now` is banned" in ruff(copy, "bot/clock_elsewhere.py")
