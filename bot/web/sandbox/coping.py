"""How the bot copes: whether it hears the gateway, what waits, and what nobody can know."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from bot.core.delivery import Delivery, DeliveryState
from bot.core.reason import Reason
from bot.policy.command import Call
from bot.web.site import actor_of, site_of
from handlers.labels import state_label
from handlers.shown import delivery_title
from storage import deliveries, rooms, sending
from storage.store import Db

SHOWN = 5
"""So many of those that wait for a person are listed; the outbox has them all."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A post of which nobody knows whether it arrived."""

    id: int
    room: str
    title: str
    state: Reason


@dataclass(frozen=True, slots=True)
class Memory:
    """What waits in the database; `breaker_until` and `frozen_until` only while they hold posts back.

    `held` are the reasons for which posts wait, each with how many; `doubts` the oldest, `more` how many others.
    """

    waiting: int
    held: tuple[tuple[Reason, int], ...]
    doubts: tuple[Doubt, ...]
    more: int
    breaker_until: datetime | None
    breaker_why: str
    frozen_until: datetime | None
    stopped: bool


@dataclass(frozen=True, slots=True)
class Coping:
    """`since` and `gap` are in the bot's time; `gap` is the last stretch without hearing that is over.

    `outside` is how many events wait in the spill file.
    """

    connected: bool
    since: datetime | None
    gap: tuple[datetime, datetime] | None
    outside: int
    memory: Memory

    @property
    def mark(self) -> str:
        """The same as long as the page would show the same."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


async def look(request: Request) -> Coping:
    """As things stand."""
    app = site_of(request).app
    memory = await app.desk.ask(actor_of(request), _remember)
    outside = await app.inbound.spilled()
    return Coping(app.inbound.connected, app.hearing.changed_at, app.hearing.last_gap, outside, memory)


def _remember(db: Db, call: Call) -> Memory:
    waiting, unresolved = (find(db, call.account_id) for find in (deliveries.waiting, deliveries.unresolved))
    state = sending.load(db, call.account_id)
    held = [item.reason for item in waiting if item.state is DeliveryState.HELD]
    rules = {reason.rule: reason for reason in held}
    return Memory(
        len(waiting),
        tuple((reason, sum(other.rule == rule for other in held)) for rule, reason in rules.items()),
        tuple(_doubt(db, call, item) for item in unresolved[:SHOWN]),
        max(0, len(unresolved) - SHOWN),
        state.breaker_until if state.breaker_until is not None and call.now < state.breaker_until else None,
        state.breaker_why,
        state.frozen_until if state.frozen(call.now) else None,
        state.stopped_at is not None,
    )


def _doubt(db: Db, call: Call, item: Delivery) -> Doubt:
    room = rooms.find(db, call.account_id, item.home_id)
    return Doubt(item.id, room.name if room else item.home_id, delivery_title(call, item), state_label(item.state))
