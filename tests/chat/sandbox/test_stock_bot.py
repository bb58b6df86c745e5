"""The sandbox is a gateway like any other: a stock Wechaty bot lives on it."""

import asyncio
import json
import os
import sys
from pathlib import Path

import psutil
import pytest
from sandbox_kit import TOKEN

from bot.chat.sandbox.world_event import Said
from bot.core.message import MessageKind

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def stock_bot(gateway, tmp_path):
    endpoint = await gateway.start()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("stock_bot.py")),
        endpoint,
        TOKEN,
        str(tmp_path / "cache"),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    yield process
    if process.returncode is None:
        process.terminate()
    await process.communicate()
    await gateway.stop()


async def told(process, what):
    async with asyncio.timeout(20):
        while line := await process.stdout.readline():
            if line.startswith(b"{") and (fact := json.loads(line))["what"] == what:
                return fact
    raise AssertionError((await process.stderr.read()).decode())


async def test_a_stock_wechaty_bot_lives_on_the_sandbox(stock_bot, world, tmp_path):
    said = []
    world.subscribe(lambda event: said.append(event.message) if isinstance(event, Said) else None)
    assert await told(stock_bot, "login") == {"what": "login", "id": "bot", "name": "群助"}

    world.say("ming", "r1", "@群助\u2005在吗", mentions=["bot"])
    heard = await told(stock_bot, "group")
    assert (heard["talker"], heard["topic"], heard["kind"]) == ("阿明", "湿疹妈妈群", "MESSAGE_TYPE_TEXT")
    assert heard["mentioned"]
    answer = await told(stock_bot, "answered")
    assert (await told(stock_bot, "recalled"))["success"]
    assert [(message.content.kind, message.content.text) for message in said[1:]] == [
        (MessageKind.TEXT, "在的"),
        (MessageKind.RECALLED, answer["id"]),
    ]
    assert said[1].content.mention_ids == ("ming",)

    world.say("ming", "bot", "悄悄话")
    assert (await told(stock_bot, "private"))["text"] == "悄悄话"

    world.join("r1", ["fang"], "wang")
    assert (await told(stock_bot, "join")) == {
        "what": "join",
        "topic": "湿疹妈妈群",
        "names": ["小芳"],
        "inviter": "王姐",
    }

    listening = [link for link in psutil.Process(stock_bot.pid).net_connections() if link.status == psutil.CONN_LISTEN]
    assert listening == []
    assert not (tmp_path / ".wechaty").exists()
