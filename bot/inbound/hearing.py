"""How long the gateway has been within hearing: a missing echo says something only while we listened."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.clock import Clock

KEPT = 200
"""Older stretches are forgotten; nothing waits that long for its echo."""


class Hearing:
    """Stretches of this process in which events could arrive, in the bot's time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stretches: list[tuple[datetime, datetime]] = []
        self._since: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether the gateway is within hearing now."""
        return self._since is not None

    @property
    def changed_at(self) -> datetime | None:
        """Since when it is as it is; None before the gateway was heard for the first time."""
        if self._since is not None:
            return self._since
        return self._stretches[-1][1] if self._stretches else None

    @property
    def last_gap(self) -> tuple[datetime, datetime] | None:
        """The last stretch without hearing that has ended: from when until when."""
        begun = [start for start, _until in self._stretches]
        if self._since is not None:
            begun.append(self._since)
        return (self._stretches[len(begun) - 2][1], begun[-1]) if len(begun) > 1 else None

    def begin(self) -> None:
        if self._since is None:
            self._since = self._clock()

    def end(self) -> None:
        if self._since is not None:
            self._stretches.append((self._since, self._clock()))
            del self._stretches[:-KEPT]
            self._since = None

    def since(self, moment: datetime) -> timedelta:
        """For how long we have listened since that moment."""
        stretches = [*self._stretches]
        if self._since is not None:
            stretches.append((self._since, self._clock()))
        return sum((max(until - max(start, moment), timedelta()) for start, until in stretches), timedelta())
