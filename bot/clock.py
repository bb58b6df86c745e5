"""The only module that reads the time."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

_SLICE = 0.25
"""A sleeper looks at a virtual clock again after so many real seconds: somebody may have moved it."""


@dataclass(slots=True)
class Clock:
    """Tells the bot's time, aware UTC; `clock()` is read once per event or tick, at the loop's edge.

    With `start` it is virtual: it shows `start` at creation and runs `speed` times as fast as the real one.
    Without, it is the real clock and `speed` is 1.
    """

    start: datetime | None = None
    speed: float = 1.0
    _born: float = field(default_factory=time.monotonic, init=False)

    def __call__(self) -> datetime:
        """Now."""
        if self.start is None:
            return self.real()
        return self.start.astimezone(UTC) + timedelta(seconds=(time.monotonic() - self._born) * self.speed)

    @property
    def virtual(self) -> bool:
        """Whether this clock is not the real one."""
        return self.start is not None

    def real(self) -> datetime:
        """The machine's own time, aware UTC: for leases and for the age of messages."""
        return datetime.now(UTC)

    def jump(self, to: datetime) -> None:
        """Move a virtual clock; the real one cannot be moved (`ValueError`)."""
        if self.start is None:
            raise ValueError("the real clock cannot be moved")
        self.start, self._born = to, time.monotonic()

    def place(self, stamp: datetime) -> tuple[datetime, timedelta]:
        """Where a gateway's real time stamp lies on this clock, and how old it is on the real one.

        On the real clock the place is the stamp itself; on a virtual one it is now minus the age.
        """
        age = self.real() - stamp
        return (stamp if not self.virtual else self() - age), age

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds of this clock, a virtual one's jumps included.

        The real one is waited for by duration: a machine whose clock is set back must not sleep the longer for it.
        """
        if not self.virtual:
            await asyncio.sleep(seconds)
            return
        until = self() + timedelta(seconds=seconds)
        while (left := (until - self()).total_seconds() / self.speed) > 0:  # noqa: ASYNC110 - time itself cannot set an event
            await asyncio.sleep(min(left, _SLICE))

    async def real_sleep(self, seconds: float) -> None:
        """Wait so many seconds of the real clock: for things outside, which know no other."""
        await asyncio.sleep(seconds)
