"""Who speaks next: one at a time, the urgent first, and never faster than the account's pace allows."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum

from bot.clock import Clock
from bot.core.errors import SendRefusedError
from bot.core.post import PostKind
from bot.core.sending import NOTHING_SENT, Sending
from bot.policy import pacing
from bot.policy.choose import fraction
from bot.policy.pacing import Pace

_SLICE = 0.25
"""On a virtual clock somebody may jump: the queue is looked at again after so many real seconds."""

KEPT = timedelta(minutes=2)
"""How long the pace of a room is remembered; every gap is shorter."""


class Rank(IntEnum):
    """Whose words come first."""

    INCIDENT = 0
    REPLY = 1
    CARE = 2
    VALUE = 3
    INTERACTIVE = 4
    PROMO = 5

    @classmethod
    def of(cls, kind: PostKind) -> Rank:
        return cls[kind.name]


@dataclass(eq=False, slots=True)
class _Ticket:
    rank: Rank
    number: int
    conversation_id: str
    granted: asyncio.Future[None]

    @property
    def order(self) -> tuple[Rank, int]:
        return (self.rank, self.number)


class Turns:
    """Grants turns. At most one is held at a time, so at most one send is in flight for the account.

    What restarts must not forget lies in the database; `begin` brings it here, and whoever sends writes it down
    before sending. A full stop spares the conversations that `spared` names: operators must hear of it and end it.
    """

    def __init__(
        self, clock: Clock, pace: Pace, seed: str, spared: Callable[[str], bool] = lambda _conversation_id: False
    ) -> None:
        self._clock, self._pace, self._seed, self._spared = clock, pace, seed, spared
        self._waiting: list[_Ticket] = []
        self._numbers = itertools.count()
        self._busy = False
        self._alarm: asyncio.TimerHandle | None = None
        self._last: dict[str, datetime] = {}
        self._last_any: tuple[str, datetime] | None = None
        self._paced_until: datetime | None = None
        self._closed: Sending = NOTHING_SENT

    def begin(self, sending: Sending, last: tuple[tuple[str, datetime], ...]) -> None:
        """Go on at the pace of the last run: `last` is when something was said where, newest first."""
        self._paced_until, self._closed = sending.paced_until, sending
        for conversation_id, at in reversed(last):
            self._note(conversation_id, at)

    def close(self, sending: Sending) -> None:
        """Follow the breaker and the full stop, which hold back answers too."""
        self._closed = sending
        self._look()

    def trip(self, until: datetime, why: str) -> None:
        """Hold everybody back at least until then."""
        if self._closed.breaker_until is None or self._closed.breaker_until < until:
            self._closed = replace(self._closed, breaker_until=until, breaker_why=why)

    @asynccontextmanager
    async def take(self, rank: Rank, conversation_id: str) -> AsyncIterator[datetime | None]:
        """Wait for the turn to speak there; yields the pace to write down with what is said.

        `SendRefusedError` while the breaker is open, which nothing skips, or while everything has been stopped.
        """
        self._require_open(conversation_id)
        ticket = _Ticket(rank, next(self._numbers), conversation_id, asyncio.get_running_loop().create_future())
        self._waiting.append(ticket)
        self._look()
        try:
            await ticket.granted
        except asyncio.CancelledError:
            self._give_back(ticket)
            raise
        try:
            self._require_open(conversation_id)
            now = self._clock()
            yield pacing.advance(self._pace, self._paced_until, now)
        finally:
            self._busy = False
            self._look()

    def said(self, conversation_id: str) -> None:
        """Count a message that is being sent."""
        now = self._clock()
        self._paced_until = pacing.advance(self._pace, self._paced_until, now)
        self._note(conversation_id, now)

    def _require_open(self, conversation_id: str) -> None:
        now = self._clock()
        if self._closed.stopped_at is not None and not self._spared(conversation_id):
            raise SendRefusedError(f"sending is stopped: {self._closed.stopped_why}")
        if self._closed.breaker_until is not None and now < self._closed.breaker_until:
            raise SendRefusedError(f"the breaker is open: {self._closed.breaker_why}")

    def _give_back(self, ticket: _Ticket) -> None:
        if ticket in self._waiting:
            self._waiting.remove(ticket)
        elif ticket.granted.done() and not ticket.granted.cancelled():
            self._busy = False
            self._look()

    def _look(self) -> None:
        """Grant the turn to the first in order whose pace allows it; else look again when one's will."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if self._busy or not self._waiting:
            return
        now = self._clock()
        soonest: datetime | None = None
        for ticket in sorted(self._waiting, key=lambda ticket: ticket.order):
            at = self._earliest(ticket, now)
            if at <= now:
                self._waiting.remove(ticket)
                self._busy = True
                ticket.granted.set_result(None)
                return
            soonest = at if soonest is None else min(soonest, at)
        if soonest is not None:
            wait = (soonest - now).total_seconds() / self._clock.speed
            wait = min(wait, _SLICE) if self._clock.virtual else wait
            self._alarm = asyncio.get_running_loop().call_later(wait, self._look)

    def _earliest(self, ticket: _Ticket, now: datetime) -> datetime:
        jitter = fraction(self._seed, ticket.conversation_id, str(ticket.number))
        return pacing.earliest(
            self._pace,
            self._paced_until,
            self._last,
            self._last_any,
            ticket.conversation_id,
            jitter,
            post=ticket.rank > Rank.REPLY,
            now=now,
        )

    def _note(self, conversation_id: str, at: datetime) -> None:
        self._last.pop(conversation_id, None)
        self._last[conversation_id] = at
        self._last_any = (conversation_id, at)
        while self._last and next(iter(self._last.values())) < at - KEPT:
            del self._last[next(iter(self._last))]
