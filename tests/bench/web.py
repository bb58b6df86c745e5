"""The page: what each view takes over a month of the demo, and whether it grows with all that was ever said."""

from __future__ import annotations

import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import unquote

import httpx

from bot.app import App, running
from bot.chat.wechaty.adapter import WechatyChat
from bot.clock import Clock
from bot.demo import TOKEN, Demo
from bot.materials import open_store, read_content
from bot.web.opening import opened
from bot.web.premises import taken
from tests.bench.past import Size, fill
from tests.bench.views import LATER, VIEWS, looked_up
from tests.scenarios.stage import PATIENCE, evening
from tests.web.house import CATS, DOGS, TEAM, furnished

DEMO = Size(rooms=3, members=14, messages=3_000, days=30)
SMALL = Size(rooms=10, members=200, messages=10_000, days=180)
LARGE = Size(rooms=10, members=20_000, messages=1_000_000, days=180)

TIMES = 20
MOST_MS, MOST_GROWTH = 50, 2


class Still:
    """Nothing wakes the bot: only the page is measured."""

    def every(self, seconds: float, call: Callable[[], Awaitable[None]], name: str) -> None:
        pass

    def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass


@asynccontextmanager
async def over(folder: Path, size: Size) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that has come in to the page over such a past; no gateway answers, so nobody reads names meanwhile."""
    config = furnished(folder)
    content, clock, demo = read_content(config), Clock(evening("18:55:00"), 60.0), Demo(config)
    clock.stand()
    fill(config.storage.url, size, clock(), (CATS, DOGS, TEAM), sorted(content.library))
    links: list[str] = []
    with taken(config) as premises:
        async with open_store(config) as store:
            chat = WechatyChat("main", "127.0.0.1:1", TOKEN, clock)
            app = App(config, content, store, clock, chat, ticker=Still())
            async with running(app), opened(config, app, demo, premises, links.append):
                origin, _, key = links[0].partition("/enter?key=")
                headers = {"Origin": origin}
                async with httpx.AsyncClient(base_url=origin, headers=headers, timeout=PATIENCE * 6) as browser:
                    await browser.post("/enter", data={"key": key})
                    yield browser


class Took(NamedTuple):
    """Milliseconds: the first time, when nothing was kept from before, and the median of `TIMES` more."""

    first: float
    median: float


async def milliseconds(folder: Path, size: Size) -> dict[str, Took]:
    """How long each view takes that is there."""
    folder.mkdir()
    found = {}
    async with over(folder, size) as browser:
        for view, path in (dict(zip(VIEWS, VIEWS, strict=True)) | await looked_up(browser)).items():
            times = []
            for _ in range(1 + TIMES):
                began = time.perf_counter()
                answer = await browser.get(path)
                times.append((time.perf_counter() - began) * 1_000)
                if answer.status_code != 200:
                    break
            else:
                found[view] = Took(times[0], median(times[1:]))
    return found


async def bench() -> None:
    """Print the medians of each view, and how they grow."""
    with tempfile.TemporaryDirectory() as name:
        demo, small, large = [
            await milliseconds(Path(name) / label, size)
            for label, size in (("demo", DEMO), ("small", SMALL), ("large", LARGE))
        ]
    print(f"the page, median of {TIMES} requests over a month of the demo (target {MOST_MS} ms),")
    print(f"  {SMALL.messages:,} messages of {SMALL.members:,}, {LARGE.messages:,} of {LARGE.members:,}", end="")
    print(f", the growth between (target {MOST_GROWTH}), and the first time in the larger:")
    for view in (*VIEWS, *LATER):
        shown = unquote(view)
        if view not in small:
            print(f"  {shown}: not there")
            continue
        growth = large[view].median / small[view].median
        quick = view not in demo or demo[view].median < MOST_MS
        slow = "" if quick and growth <= MOST_GROWTH else "  ← beyond its target"
        month = f"{demo[view].median:.1f} ms" if view in demo else "–"
        print(f"  {shown}: {month}, {small[view].median:.1f} ms, {large[view].median:.1f} ms, × {growth:.2f}", end="")
        print(f", first {large[view].first:.1f} ms{slow}")
