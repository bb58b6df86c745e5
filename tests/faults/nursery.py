"""A nursery of bot processes: everything is imported and read once, then each life begins with a fork, in milliseconds.

`python -m tests.faults.nursery` takes orders as JSON lines: {"bear": {endpoint, token, folder, start, speed, config}}
and {"kill": true}, a SIGKILL. A life prints {"born": true} at once and {"ready": true} when it hears; its end is told
with {"dead": true}. There is one life at a time, and none outlives the nursery.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import log
from bot.app import App, running
from bot.chat.wechaty.adapter import WechatyChat
from bot.clock import Clock
from bot.materials import open_store
from bot.scheduler import Ticker
from tests.scenarios.stage import SHIPPED, settings, texts

HASTE = 50
"""A life lasts a second or two: everything that comes every few seconds comes so much more often."""


class HastyTicker(Ticker):
    """The bot's own ticker, in a hurry."""

    def every(self, seconds: float, call: Callable[[], Awaitable[None]], name: str) -> None:
        super().every(max(0.05, seconds / HASTE), call, name)


def tell(**what: object) -> None:
    # One write: two processes share the pipe.
    os.write(1, (json.dumps(what) + "\n").encode())


async def live(order: dict[str, Any]) -> None:
    """The whole bot, until it is killed."""
    config = settings(Path(order["folder"]), **order["config"])
    clock = Clock(datetime.fromisoformat(order["start"]), order["speed"])
    async with open_store(config) as store:
        chat = WechatyChat("main", order["endpoint"], order["token"], clock)
        app = App(config, texts(config), store, clock, chat, ticker=HastyTicker())
        async with running(app):
            while not app.inbound.connected:
                await asyncio.sleep(0.005)
            tell(ready=True)
            await app.wait()


def bear(order: dict[str, Any]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        tell(born=True)
        asyncio.run(live(order))
    finally:
        os._exit(1)


def kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def main() -> None:
    log.set_up("WARNING", None, terminal="ERROR")
    texts(SHIPPED)
    gc.freeze()
    child = 0
    for line in sys.stdin:
        order = json.loads(line)
        if child:
            kill(child)
            child = 0
            tell(dead=True)
        if "bear" in order:
            child = bear(order["bear"])
    if child:
        kill(child)


if __name__ == "__main__":
    main()
