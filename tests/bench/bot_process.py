"""The whole bot as a process of its own, for loads and kills: records what a gateway says, and reports on itself.

`python -m tests.bench.bot_process ENDPOINT TOKEN FOLDER ROOM…` prints one JSON line when it hears, and another at
SIGTERM: how many messages it recorded, its peak memory, and the longest time its loop was blocked.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from pathlib import Path

from bot import log
from bot.app import App, running
from bot.chat.wechaty.adapter import WechatyChat
from bot.clock import Clock
from bot.config import Config
from bot.core.room import RoomRole
from bot.materials import open_store, read_content
from bot.run import spare_the_loop
from storage import accounts, messages, rooms
from storage.store import Db

ROOT = Path(__file__).parents[2]
UNPACED = {"room_gap": 0, "room_jitter": 0, "gap_min": 0, "gap_max": 0, "per_minute": 0, "texts_a_day": 0}
"""Loads and kills are about the machine: the account's pace would only make them wait."""


def adopt(db: Db, room_ids: list[str]) -> None:
    now = Clock()()
    accounts.ensure(db, "main", now)
    for room_id in room_ids:
        if rooms.find(db, "main", room_id) is None:
            rooms.adopt(db, "main", room_id, topic=room_id, role=RoomRole.CUSTOMER, by="bench", now=now)


def peak_megabytes() -> int:
    """The highest resident memory of this program. `ru_maxrss` would count its parent's, from before the exec."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


class Pulse:
    """Measures how long the loop keeps a timer waiting."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def beat(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            self.longest = max(self.longest, time.perf_counter() - before - 0.005)


async def main(endpoint: str, token: str, folder: Path, room_ids: list[str]) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    config = Config.model_validate(
        {
            "root": ROOT,
            "storage": {"url": f"sqlite:///{folder}/qunzhu.db", "folder": folder},
            "log": {"file": None},
            "pacing": UNPACED,
        }
    )
    clock = Clock()
    pulse = Pulse()
    async with open_store(config) as store:
        await store.run(adopt, room_ids)
        chat = WechatyChat("main", endpoint, token, clock)
        async with running(App(config, read_content(config), store, clock, chat)) as app:
            while not app.inbound.connected:
                await asyncio.sleep(0.02)
            spare_the_loop()
            print(json.dumps({"ready": True}), flush=True)
            beat = asyncio.create_task(pulse.beat())
            await stop.wait()
            beat.cancel()
        count = await store.read(messages.count_since, "main", None, clock.real().replace(year=2000))
    peak = peak_megabytes()
    print(json.dumps({"recorded": count, "rss_mb": peak, "blocked_ms": round(pulse.longest * 1000)}), flush=True)


if __name__ == "__main__":
    log.set_up("WARNING", None, terminal="ERROR")
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4:]))
