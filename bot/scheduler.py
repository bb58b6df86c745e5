"""The only importer of APScheduler. It holds no truth: it wakes the loop, and rows say what is due."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger


class Ticks(Protocol):
    """Whatever wakes the bot again and again; a simulation brings its own."""

    def every(self, seconds: float, call: Callable[[], Awaitable[None]], name: str) -> None:
        """Call so often, in real seconds."""
        ...

    def start(self) -> None: ...

    async def stop(self) -> None: ...


class Ticker:
    """Calls functions again and again, never two at a time of the same one, and never catches up on missed calls."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = False

    def every(self, seconds: float, call: Callable[[], Awaitable[None]], name: str) -> None:
        """Call so often, in real seconds; a call that is still running is not called again."""

        async def once() -> None:
            task = asyncio.current_task()
            if task is not None:
                self._running.add(task)
                task.add_done_callback(self._running.discard)
            try:
                await call()
            except asyncio.CancelledError:
                if not self._stopping:
                    raise

        self._scheduler.add_job(once, IntervalTrigger(seconds=seconds), id=name, name=name)

    def start(self) -> None:
        self._scheduler.start()

    async def stop(self, patience: float = 1.0) -> None:
        """Stop waking, and let what is running come to its end for so many seconds.

        The scheduler itself is shut down last: its `shutdown` cancels running calls half-way.
        """
        if not self._scheduler.running:
            return
        self._stopping = True
        self._scheduler.remove_all_jobs()
        if self._running:
            _done, late = await asyncio.wait(set(self._running), timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._scheduler.shutdown(wait=False)
