"""A thousand messages a second for a while: how long each takes to its committed row, and a command to its answer."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from pathlib import Path

from bot.clock import Clock
from tests.bench.burst import PEOPLE, ROOMS, TEMPLATES, world
from tests.bench.child_bot import ChildBot
from tests.gateway.js import JsGateway

RATE, SECONDS = 1_000, 20
ASKING_RATE = 5
"""Commands a second beside them, each by somebody else."""

ASKING = [f"asks{number}" for number in range(RATE)]
LOOK = 0.002
"""Seconds between two looks at the database; a row may have been there for as long already."""

MOST_ROW_MS, MOST_ANSWER_MS = 50, 150


def milliseconds() -> float:
    """The machine's time, as the gateway stamps messages."""
    return Clock().real().timestamp() * 1_000


async def rows_seen(database: Path, count: int) -> list[float]:
    """Milliseconds from each message's own time stamp until its row can be read from outside."""
    connection = sqlite3.connect(database, timeout=10)
    last, found = 0, []
    try:
        async with asyncio.timeout(SECONDS * 4):
            while len(found) < count:
                rows = connection.execute(
                    "SELECT rowid, sent_at FROM message WHERE rowid > ? AND from_self = 0", (last,)
                ).fetchall()
                now = milliseconds()
                found += [now - sent_at for _rowid, sent_at in rows]
                last = max((rowid for rowid, _sent_at in rows), default=last)
                await asyncio.sleep(LOOK)
    finally:
        connection.close()
    return found


async def answered(gateway: JsGateway, count: int) -> list[float]:
    """Milliseconds from each command, in their order, to the answer's arrival at the gateway."""
    async with asyncio.timeout(SECONDS * 4):
        while len(sent := (await gateway.call("sent"))["sent"]) < count:
            await asyncio.sleep(0.1)
    return sorted(float(entry["at"]) for entry in sent)


def share(values: list[float], of_all: float) -> float:
    """The value that this share of all of them does not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * of_all))]


async def bench() -> None:
    """Print the median and the slowest hundredth of both."""
    talk, asks = RATE * SECONDS, ASKING_RATE * SECONDS
    with tempfile.TemporaryDirectory() as name:
        async with JsGateway() as gateway:
            await world(gateway)
            await gateway.call(
                "world",
                contacts=[{"id": who, "name": who} for who in ASKING[:asks]],
                rooms=[{"id": "asking@chatroom", "topic": "问", "members": ["bot", *ASKING[:asks]]}],
            )
            bot = ChildBot(gateway.endpoint, gateway.token, Path(name), [*ROOMS, "asking@chatroom"])
            await bot.start()
            watch = asyncio.create_task(rows_seen(Path(name) / "qunzhu.db", talk + asks))
            asking = {"rooms": ["asking@chatroom"], "talkers": ASKING[:asks], "templates": ["积分"], "prefix": "ask"}
            async with asyncio.TaskGroup() as group:
                group.create_task(
                    gateway.call("drip", n=talk, rate=RATE, rooms=ROOMS, talkers=PEOPLE, templates=TEMPLATES)
                )
                group.create_task(gateway.call("drip", n=asks, rate=ASKING_RATE, **asking))
            rows = await watch
            ats = await answered(gateway, asks)
            asked = bot.query("SELECT sent_at FROM message WHERE message_id LIKE 'ask-%' ORDER BY sent_at")
            answers = [at - sent_at for at, (sent_at,) in zip(ats, asked, strict=True)]
            report = await bot.stop()
    print(f"steady talk      {RATE:,} messages a second for {SECONDS} s, {ASKING_RATE} commands a second beside them:")
    print(f"                 event to committed row: median {share(rows, 0.5):.0f} ms, ", end="")
    print(f"99 % within {share(rows, 0.99):.0f} ms (target {MOST_ROW_MS})")
    print(f"                 command to its answer: median {share(answers, 0.5):.0f} ms, ", end="")
    print(f"99 % within {share(answers, 0.99):.0f} ms (target {MOST_ANSWER_MS}); ", end="")
    print(f"loop blocked at most {report['blocked_ms']} ms")
