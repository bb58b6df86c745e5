"""Time in the town: the true one, which nobody can read, and the bot's wall clock, which somebody may set wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock

IDLE_SECONDS = 6 * 3600.0
"""What only keeps a machine alive (its lease, a full disk that is well again) is looked after so often."""

PROMPT = 5.0
"""When something has happened that a look every five seconds would show, the look comes that soon here, too."""


class Clockwork:
    """`truth` is the town's time; a bot's clock shows it too, but for the `skew`."""

    def __init__(self, begin: datetime, loop: asyncio.AbstractEventLoop) -> None:
        self._begin, self._loop = begin, loop
        self._skew = timedelta()
        self._happened = asyncio.Event()

    @property
    def skew(self) -> timedelta:
        """How far the machine's clock is wrong."""
        return self._skew

    def set_wrong(self, skew: timedelta) -> None:
        """Somebody sets the machine's clock; zero sets it right."""
        self._skew = skew
        self.nudge()

    def nudge(self) -> None:
        """Something has happened that the bot would see at its next look."""
        self._happened.set()
        self._happened = asyncio.Event()

    async def pause(self, seconds: float) -> None:
        """Wait so long, or a few seconds only if something happens meanwhile."""
        try:
            async with asyncio.timeout(seconds):
                await self._happened.wait()
        except TimeoutError:
            return
        await asyncio.sleep(PROMPT)

    def truth(self) -> datetime:
        """Now, aware UTC."""
        return self._begin + timedelta(seconds=self._loop.time())

    def wall(self) -> datetime:
        """What the machine's clock shows."""
        return self.truth() + self._skew

    def clock(self) -> Clock:
        """A clock for a process that starts now; to the process it is the real one."""
        return Clock(wall=self.wall, monotonic=self._loop.time)


@dataclass(frozen=True, slots=True)
class Waking:
    """When a call can matter next, and how often it is made at most; in life that is every five seconds."""

    wake_at: Callable[[datetime], datetime]
    shortest: float


class LoopTicker:
    """Calls functions again and again on the virtual loop, as rarely as may be: by `wakings`, or a few times a day."""

    def __init__(self, clockwork: Clockwork, clock: Clock, wakings: Callable[[str], Waking | None]) -> None:
        self._clockwork, self._clock, self._wakings = clockwork, clock, wakings
        self._calls: list[tuple[Callable[[], Awaitable[None]], str]] = []
        self.tasks: list[asyncio.Task[None]] = []

    def every(self, seconds: float, call: Callable[[], Awaitable[None]], name: str) -> None:
        """Remember what to call; how often is the simulation's own affair."""
        self._calls.append((call, name))

    def start(self) -> None:
        self.tasks = [asyncio.ensure_future(self._again(call, name)) for call, name in self._calls]

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _again(self, call: Callable[[], Awaitable[None]], name: str) -> None:
        waking = self._wakings(name)
        if waking is not None:
            await asyncio.sleep(PROMPT)
            await call()
        while True:
            if waking is None:
                await asyncio.sleep(IDLE_SECONDS)
            else:
                await self._clockwork.pause(self._until(waking))
            await call()

    def _until(self, waking: Waking) -> float:
        now = self._clock()
        return max(waking.shortest, (waking.wake_at(now) - now).total_seconds())
