"""The only module that reads the time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

_SLICE = 0.25
"""A sleeper looks at a virtual clock again after so many real seconds: somebody may have moved it."""


def _wall() -> datetime:
    return datetime.now(UTC)


def _beat() -> float:
    return time.monotonic()


@dataclass(slots=True)
class Clock:
    """Tells the bot's time, aware UTC; `clock()` is read once per event or tick, at the loop's edge.

    With `start` it is virtual: it shows `start` at creation and runs `speed` times as fast as the real one.
    Without, it is the real clock and `speed` is 1. `wall` and `monotonic` are where real time comes from; a
    simulation gives its own.
    """

    start: datetime | None = None
    speed: float = 1.0
    wall: Callable[[], datetime] = _wall
    monotonic: Callable[[], float] = _beat
    _born: float = field(default=0.0, init=False)
    _stands: bool = field(default=False, init=False)
    _seen: tuple[datetime, float] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._born = self.monotonic()

    def __call__(self) -> datetime:
        """Now."""
        if self.start is None:
            return self.wall()
        if self._stands:
            return self.start.astimezone(UTC)
        return self.start.astimezone(UTC) + timedelta(seconds=(self.monotonic() - self._born) * self.speed)

    @property
    def virtual(self) -> bool:
        """Whether this clock is not the real one."""
        return self.start is not None

    def real(self) -> datetime:
        """The machine's own time, aware UTC: for leases and for the age of messages."""
        return self.wall()

    def jump(self, to: datetime) -> None:
        """Move a virtual clock; the real one cannot be moved (`ValueError`)."""
        if self.start is None:
            raise ValueError("the real clock cannot be moved")
        self.start, self._born = to, self.monotonic()

    @property
    def stands(self) -> bool:
        """Whether a virtual clock has been stopped."""
        return self._stands

    def stand(self) -> None:
        """Stop a virtual clock; whoever sleeps by it sleeps on until `run`."""
        self.jump(self())
        self._stands = True

    def run(self, speed: float | None = None) -> None:
        """Let a virtual clock go on from where it is; `speed` is in seconds per second, `None` leaves it as it was."""
        if speed is not None and speed <= 0:
            raise ValueError("a clock runs forwards; to stop it, let it stand")
        self.jump(self())
        self._stands, self.speed = False, speed or self.speed

    def slip(self) -> timedelta:
        """How far the wall clock has moved, since the last call, beyond the time that really passed.

        Somebody set it, or the machine slept. The first call returns zero, and so does a virtual clock, which
        only moves when it is told to.
        """
        wall, beat = self.wall(), self.monotonic()
        before, self._seen = self._seen, (wall, beat)
        if before is None or self.virtual:
            return timedelta()
        return (wall - before[0]) - timedelta(seconds=beat - before[1])

    def place(self, stamp: datetime) -> tuple[datetime, timedelta]:
        """Where a gateway's real time stamp lies on this clock, and how old it is on the real one.

        On the real clock the place is the stamp itself; on a virtual one it is now minus the age, of which the time
        that it stood does not count: what was said then was said at this very moment, in the order it was heard.
        """
        age = self.real() - stamp
        if not self.virtual:
            return stamp, age
        stood = timedelta(seconds=self.monotonic() - self._born) if self._stands else timedelta()
        return self() - max(age - stood, timedelta()), age

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds of this clock, a virtual one's jumps included.

        The real one is waited for by duration: a machine whose clock is set back must not sleep the longer for it.
        """
        if not self.virtual:
            await asyncio.sleep(seconds)
            return
        until = self() + timedelta(seconds=seconds)
        while (left := (until - self()).total_seconds()) > 0:  # noqa: ASYNC110 - time itself cannot set an event
            await asyncio.sleep(min(left / self.speed, _SLICE))

    async def real_sleep(self, seconds: float) -> None:
        """Wait so many seconds of the real clock: for things outside, which know no other."""
        await asyncio.sleep(seconds)
