"""What is written into the database is told to the pages that are open."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from loguru import logger

from bot.core.operator import Role
from bot.web import pulse
from bot.web.pulse import HOUSE, Pulse
from bot.web.stream import BEGIN
from storage import deliveries
from tests.scenarios.stage import PATIENCE, settings
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
    async with visited(tmp_path, opened=True) as house:
        await told(house, "messages", "audit")


async def test_a_new_owner_is_told_once_the_bot_knows_them(tmp_path: Path) -> None:
    """What had followed the command's own record was fetched before the bot knew, and stayed as it was."""
    config = settings(tmp_path, sandbox={"port": 0}, web={"port": 0})
    async with visited(tmp_path, config=config) as house, house.browser.stream("GET", "/stream") as answer:
        lines = answer.aiter_lines()
        async with asyncio.timeout(PATIENCE):
            while await anext(lines) != f"event: {HOUSE}":
                pass
            house.demo.world.say(OWNER, TEAM, f"/claim {house.app.claim_code}")
            while await anext(lines) != f"event: {HOUSE}":
                pass
        assert house.app.directory.roles == {OWNER: Role.OWNER}


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
        beating = asyncio.create_task(Pulse(house.app, house.application.state.site.stream).beat())
        try:
            await told(house, "plan")
        finally:
            logger.remove(sink)
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
    assert any("RuntimeError at" in line for line in lines)
    assert "英短" not in "".join(lines)


async def test_what_a_command_from_the_console_changes_is_told_once(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(pulse, "SECONDS", 3600.0)
    async with visited(tmp_path) as house:
        await house.open_shop()
        await house.app.outbound.tick()
        site = house.application.state.site
        await site.pulse.feel()
        listening = site.stream.listen()
        assert (await anext(listening)).event == BEGIN
        (first, *_) = await house.app.store.read(deliveries.waiting, house.app.account)
        await house.do("/console/order", text=f"/move {first.id} 20:15")
        await site.pulse.feel()
        site.stream.tell("end")
        told = [(await anext(listening)).event for _ in range(3)]
        assert told == ["plan", "audit", "end"]
        await listening.aclose()


async def test_words_are_told_seldom_and_the_last_of_them_too(tmp_path: Path, monkeypatch) -> None:
    newest = {"plan": 1, "messages": 1}
    monkeypatch.setattr(pulse, "SECONDS", 3600.0)
    async with visited(tmp_path) as house:
        site = house.application.state.site
        monkeypatch.setattr(pulse.pulse, "newest", lambda _db: dict(newest))
        await site.pulse.feel()
        listening = site.stream.listen()
        assert (await anext(listening)).event == BEGIN
        newest.update(plan=2, messages=2)
        await site.pulse.feel()
        monkeypatch.setitem(pulse.SELDOM, "messages", 0.0)
        await site.pulse.feel()
        assert [(await anext(listening)).event for _ in range(2)] == ["plan", "messages"]
        await listening.aclose()


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
