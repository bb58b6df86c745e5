"""What is written into the database is told to the pages that are open."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from loguru import logger

from bot.web import pulse
from bot.web.pulse import Pulse
from tests.scenarios.stage import PATIENCE
from tests.web.house import OWNER, TEAM, House, visited


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "SECONDS", 0.02)


async def told(house: House, *topics: str) -> None:
    """Wait until an open page has been told all of these."""
    missing = set(topics)
    async with asyncio.timeout(PATIENCE), house.browser.stream("GET", "/stream") as answer:
        async for line in answer.aiter_lines():
            if line == "event: begin":
                house.demo.world.say(OWNER, TEAM, "/status")
            missing.discard(line.removeprefix("event: "))
            if not missing:
                return


async def test_a_command_is_told_as_message_and_audit(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        await house.open_shop()
        await told(house, "messages", "audit")


async def test_a_database_that_cannot_be_read_for_a_while_does_not_end_it(tmp_path: Path, monkeypatch) -> None:
    """Whatever is wrong: the log says so without quoting, and the next look is made."""
    looks: list[int] = []
    lines: list[str] = []

    def newest(_db: object) -> dict[str, int]:
        looks.append(1)
        if len(looks) == 1:
            raise RuntimeError("我家英短怕打雷")
        return {"plan": len(looks)}

    async with visited(tmp_path) as house:
        monkeypatch.setattr(pulse.pulse, "newest", newest)
        sink = logger.add(lambda line: lines.append(str(line)), format="{message} {exception}")
        beating = asyncio.create_task(Pulse(house.application.state.site).beat())
        try:
            await told(house, "plan")
        finally:
            logger.remove(sink)
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
    assert any("RuntimeError at" in line for line in lines)
    assert "英短" not in "".join(lines)


async def test_it_looks_only_while_somebody_listens(tmp_path: Path, monkeypatch) -> None:
    async with visited(tmp_path) as house:
        looks: list[int] = []
        monkeypatch.setattr(pulse.pulse, "newest", lambda _db: looks.append(1) or {"plan": len(looks)})
        async with house.browser.stream("GET", "/stream"):
            await house.until(lambda: bool(looks))
        await house.until(lambda: not house.application.state.site.stream.heard)
        seen = len(looks)
        await house.see("/console")
        assert len(looks) <= seen + 1
