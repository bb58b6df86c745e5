"""A burst of 20,000 messages from the JavaScript gateway through the whole bot, against the raw stub."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from bot.chat.wire import EventType
from tests.bench.child_bot import ChildBot
from tests.gateway.ear import ear_at, stub_at
from tests.gateway.js import JsGateway

COUNT = 20_000
ROOMS = [f"r{number}@chatroom" for number in range(20)]
PEOPLE = [f"p{number}" for number in range(50)]
TEMPLATES = [
    "我家布偶最近有点软便，怎么办呀",
    "今天天气不错，遛狗去了",
    "英短四个月大，疫苗打了两针",
    "哈哈哈哈",
    "晚上好",
]
IN_FLIGHT = 32


async def world(gateway: JsGateway) -> None:
    """Twenty rooms, fifty people, and the bot logged in."""
    contacts = [{"id": "bot", "name": "毛毛"}, *({"id": person, "name": person} for person in PEOPLE)]
    rooms = [{"id": room, "topic": room, "members": ["bot", *PEOPLE], "owner": PEOPLE[0]} for room in ROOMS]
    await gateway.call("world", contacts=contacts, rooms=rooms)
    await gateway.call("login", contact="bot")


async def through_the_bot(gateway: JsGateway, folder: Path, count: int = COUNT) -> tuple[float, dict[str, int]]:
    """Seconds from the first event to the last committed row, and the bot's own report."""
    bot = ChildBot(gateway.endpoint, gateway.token, folder, ROOMS)
    await bot.start()
    started = time.perf_counter()
    await gateway.call("burst", n=count, rooms=ROOMS, talkers=PEOPLE, templates=TEMPLATES, prefix="bench")
    await bot.recorded(count, 120)
    seconds = time.perf_counter() - started
    return seconds, await bot.stop()


async def raw(gateway: JsGateway) -> float:
    """Seconds that the stock stub takes to fetch the same payloads, 32 in flight, and to do nothing with them."""
    ids = iter([f"bench-{number}" for number in range(COUNT)])
    async with stub_at(gateway.port, gateway.token) as stub:

        async def fetch() -> None:
            for message_id in ids:
                await stub.message_payload(id=message_id)

        started = time.perf_counter()
        await asyncio.gather(*(fetch() for _ in range(IN_FLIGHT)))
        return time.perf_counter() - started


async def raw_hearing(gateway: JsGateway) -> float:
    """Seconds that the stock stub takes when it also hears of the messages first, as the bot has to."""
    async with ear_at(gateway.port, gateway.token) as ear:
        await ear.next(EventType.LOGIN)
        started = time.perf_counter()
        burst = asyncio.create_task(
            gateway.call("burst", n=COUNT, rooms=ROOMS, talkers=PEOPLE, templates=TEMPLATES, prefix="raw")
        )
        left = iter(range(COUNT))

        async def fetch() -> None:
            for _ in left:
                heard = await ear.next(EventType.MESSAGE)
                await ear.stub.message_payload(id=heard["messageId"])

        await asyncio.gather(*(fetch() for _ in range(IN_FLIGHT)))
        await burst
        return time.perf_counter() - started


async def bench() -> None:
    async with JsGateway() as gateway:
        await world(gateway)
        with tempfile.TemporaryDirectory() as folder:
            ours, report = await through_the_bot(gateway, Path(folder))
        payloads = await raw(gateway)
        both = await raw_hearing(gateway)
    print(f"inbound burst    {COUNT:,} messages, event to committed row: {COUNT / ours:,.0f}/s")
    print(f"                 raw stub, the same payloads alone:     {COUNT / payloads:,.0f}/s", end="")
    print(f", ratio {payloads / ours:.2f} (target 0.80)")
    print(f"                 raw stub, events and their payloads:   {COUNT / both:,.0f}/s, ratio {both / ours:.2f}")
    print(f"                 loop blocked at most {report['blocked_ms']} ms (target 100), ", end="")
    print(f"peak memory {report['rss_mb']} MB (target 150)")
