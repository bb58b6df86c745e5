"""The page of `qunzhu run`: its link in the terminal, and its end with the bot's."""

from __future__ import annotations

import asyncio
import json
import re
import sys

import httpx
import pytest

from bot.chat.sandbox.gateway import SandboxGateway
from bot.chat.sandbox.world import World
from tests.shell.running import Running
from tests.shell.workshop import PATIENCE, Workshop

LINK = r"(http://127\.0\.0\.1:\d+)/enter\?key=([\w-]+)\s"


def browser(origin: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=origin, headers={"Origin": origin}, timeout=PATIENCE, follow_redirects=True)


async def test_the_link_is_printed_used_once_and_the_next_one_printed(workshop: Workshop) -> None:
    async with Running(workshop) as bot:
        origin, key = (await bot.sees(rf"在浏览器里玩，打开这条链接.*\s+{LINK}")).groups()
        async with browser(origin) as visitor, browser(origin) as other:
            assert (await visitor.get("/")).status_code == 401
            assert (await visitor.get(f"/enter?key={key}")).status_code == 200
            assert (await visitor.post("/enter", data={"key": key})).status_code == 200
            assert "试一试" in (await visitor.get("/")).text
            _origin, following = (await bot.sees(rf"{key}[\s\S]+{LINK}")).groups()
            assert (await other.post("/enter", data={"key": key})).status_code == 401
            assert (await other.post("/enter", data={"key": following})).status_code == 200
        assert await bot.interrupt() == 0
        assert bot.sound, bot


async def test_it_ends_at_once_with_pages_open(workshop: Workshop) -> None:
    """Streams that are open, an idle connection, a request that never comes to its end: none keeps Ctrl-C waiting."""
    async with Running(workshop) as bot:
        origin, key = (await bot.sees(LINK)).groups()
        port = int(origin.rpartition(":")[2])
        async with browser(origin) as visitor:
            await visitor.post("/enter", data={"key": key})
            _idle, idle = await asyncio.open_connection("127.0.0.1", port)
            _half, half = await asyncio.open_connection("127.0.0.1", port)
            half.write(f"GET /console HTTP/1.1\r\nHost: {origin[7:]}\r\n".encode())
            async with visitor.stream("GET", "/stream") as first, visitor.stream("GET", "/stream?room=x") as second:
                assert [first.status_code, second.status_code] == [200, 200]
                assert await bot.interrupt(within=3.0) == 0
            for writer in (idle, half):
                writer.close()
        assert bot.text.rstrip().endswith("数据都在，下次启动接着来。")
        assert bot.sound, bot


async def test_without_a_page(workshop: Workshop) -> None:
    workshop.env["QUNZHU_WEB__ENABLED"] = "off"
    async with Running(workshop) as bot:
        await bot.sees("认领成功")
        assert "/enter?key=" not in bot.text
        assert await bot.interrupt() == 0


async def test_the_console_of_a_gateway(workshop: Workshop) -> None:
    world = World("bot", "毛毛", run="s")
    world.add_person("owner", "周岚")
    world.add_room("team@room", "运营群", ("owner", "bot"), owner_id="owner")
    gateway = SandboxGateway(world, "token")
    workshop.env |= {
        "QUNZHU_CHAT__GATEWAY": "wechaty",
        "QUNZHU_CHAT__ENDPOINT": await gateway.start(),
        "QUNZHU_CHAT__TOKEN": "token",
        "QUNZHU_CHAT__TLS": "false",
    }
    async with Running(workshop) as bot:
        origin, key = (await bot.sees(rf"运营台在这里.*\s+{LINK}")).groups()
        async with browser(origin) as visitor:
            await visitor.post("/enter", data={"key": key})
            assert (await visitor.get("/")).url.path == "/console"
            assert (await visitor.get("/sandbox")).status_code == 404
        assert await bot.interrupt() == 0
        assert bot.sound, bot
    await gateway.stop()


@pytest.mark.parametrize("command", ["--help", "--version"])
async def test_what_needs_no_page_does_not_load_it(workshop: Workshop, command: str) -> None:
    """`qunzhu --help` answers at once: what is heavy is imported where it is needed."""
    look = (
        "import sys, json, bot.__main__ as m\n"
        f"sys.argv = ['qunzhu', '{command}']\n"
        "try:\n    m.main()\nexcept SystemExit:\n    pass\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    ended = await workshop.start("-c", look, program=(sys.executable,))
    loaded = set(json.loads(ended.err))
    heavy = {
        "starlette",
        "uvicorn",
        "argon2",
        "sse_starlette",
        "jinja2",
        "sqlmodel",
        "sqlalchemy",
        "wechaty",
        "pydantic",
    }
    assert loaded & heavy == set()
    assert re.search(r"qunzhu|\d+\.\d+", ended.out)
