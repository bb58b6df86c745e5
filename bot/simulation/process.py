"""One life of the bot's process: the real App on the town's gateway, from its start to its sudden end."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from bot.app import App
from bot.config import Config
from bot.core.errors import StoreError
from bot.materials import Content
from bot.simulation.chat import SimulatedChat
from bot.simulation.clockwork import Clockwork, LoopTicker, Waking
from bot.simulation.gateway import Gateway
from storage.store import InlineStore

_OWNER: contextvars.ContextVar[set[asyncio.Task[Any]] | None] = contextvars.ContextVar("owner", default=None)
"""The tasks of the process on whose behalf something runs; what it starts belongs to it, too."""


def own_tasks(
    loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, Any], context: contextvars.Context | None = None
) -> asyncio.Task[Any]:
    """A task factory that knows whose task it is."""
    task: asyncio.Task[Any] = asyncio.Task(coro, loop=loop, context=context)
    owner = _OWNER.get() if context is None else context.get(_OWNER)
    if owner is not None:
        owner.add(task)
        task.add_done_callback(owner.discard)
    return task


SHORTEST = {"outbound": 60.0, "care": 21600.0, "delivery": 15.0}
"""The calls of the outbound flow, and the seconds between two of a kind."""


TRIES = 10


class Process:
    """`die` ends it as a kill does: nothing is written down, nobody is told, what it was doing stays undone."""

    def __init__(self, config: Config, content: Content, gateway: Gateway, clockwork: Clockwork) -> None:
        clock = clockwork.clock()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._dead = False
        self._store = InlineStore(config.database)
        self._chat = SimulatedChat(config.chat.account, gateway, clock)
        self.ticker = LoopTicker(clockwork, clock, self._waking)
        self.app = App(config, content, self._store, clock, self._chat, ticker=self.ticker)

    def _waking(self, name: str) -> Waking | None:
        return Waking(self.app.outbound.wake_at, SHORTEST[name]) if name in SHORTEST else None

    async def start(self) -> None:
        """Begin to hear, answer and post."""
        context = contextvars.copy_context()
        context.run(_OWNER.set, self._tasks)
        await asyncio.get_running_loop().create_task(self.app.start(), context=context)

    async def wait(self) -> None:
        """Return, or raise, when the bot ends by itself, which it should never do."""
        living = asyncio.ensure_future(self.app.wait())
        try:
            done, _ = await asyncio.wait({living, *self.ticker.tasks}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            living.cancel()
        for task in done:
            task.result()

    async def die(self) -> None:
        """From one moment to the next; the database keeps what was committed, and the lock on its file is gone.

        Whoever is dead already stays dead.
        """
        if self._dead:
            return
        self._dead = True
        await self._chat.close()
        await self._store.close()
        try:
            await self._end_tasks()
        finally:
            with suppress(StoreError):
                await self.app.tenancy.release()

    async def _end_tasks(self) -> None:
        """More than once if need be: who finds the database gone while being cancelled may take that for the news."""
        for _ in range(TRIES):
            tasks = tuple(self._tasks)
            if not tasks:
                return
            for task in tasks:
                task.cancel()
            ended, _late = await asyncio.wait(tasks, timeout=1.0)
            for task in ended:
                # What it ended with died with it; looked at, so that nobody reports it as overlooked.
                _ = task.cancelled() or task.exception()
        raise RuntimeError(f"the process does not end: {', '.join(task.get_name() for task in self._tasks)}")
