"""Slows down whoever guesses passwords."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

FREE = 5
"""Wrong guesses that cost nothing but themselves."""

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)
FORGET_AFTER = timedelta(hours=1)
MOST = 10_000


class Attempts:
    """Counts guesses by whom (an address, a contact id); each beyond FREE doubles the wait. `now` is real time.

    A guess counts as wrong until it was right: while one is looked at, no others slip by. They are forgotten after an
    hour without one.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._wrong: dict[str, tuple[int, datetime]] = {}

    def wait(self, *whose: str) -> timedelta:
        """How long until any of these may guess again; zero: now."""
        now = self._now()
        return max((self._open_at(name, now) - now for name in whose), default=timedelta())

    def made(self, *whose: str) -> None:
        """A guess, before anybody knows whether it is right."""
        now = self._now()
        for name in whose:
            count, at = self._wrong.pop(name, (0, now))
            self._wrong[name] = (1 if now - at > FORGET_AFTER else count + 1, now)
        while len(self._wrong) > MOST:
            del self._wrong[next(iter(self._wrong))]

    def passed(self, contact: str, address: str) -> None:
        """The guess was right. Who knows one password may not guess others any faster for it."""
        self._wrong.pop(contact, None)
        count, at = self._wrong.get(address, (0, self._now()))
        if count:
            self._wrong[address] = (count - 1, at)

    def _open_at(self, name: str, now: datetime) -> datetime:
        count, at = self._wrong.get(name, (0, now))
        if count < FREE or now - at > FORGET_AFTER:
            return now
        wait = min(FIRST_WAIT * (1 << min(count - FREE, 10)), LONGEST_WAIT)
        return max(now, at + wait)
