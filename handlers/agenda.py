"""A room's coming posts in order: those that have a row, and what the plan will put into the free slots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.core.delivery import Delivery, DeliveryState
from bot.core.posted import Posted
from bot.core.reason import NO_REASON, Reason
from bot.core.room import Room
from bot.core.verdict import Allow, Drop, Hold, Verdict
from bot.inquiry import Wish, forecast, foretell
from bot.policy.command import Call
from bot.standing import Standing, standing
from storage import deliveries
from storage.store import Db


@dataclass(frozen=True, slots=True)
class Item:
    """One slot. `delivery` is None for one that has no row yet; `verdict` is the gate's for the time it is due."""

    wish: Wish
    day: date
    delivery: Delivery | None
    verdict: Verdict

    @property
    def reason(self) -> Reason:
        """Why it would not go out, or not then."""
        return self.verdict.reason if isinstance(self.verdict, Hold | Drop) else NO_REASON

    @property
    def word(self) -> str:
        """The verdict in a word: allow, hold or drop."""
        return type(self.verdict).__name__.lower()


def coming(db: Db, call: Call, room: Room, days: int) -> Iterator[Item]:
    """What waits, and what the plan adds within so many local days; each takes the earlier ones for posted."""
    charter = call.house.charter
    here = standing(db, call.account_id, charter, room.room_id, call.now)
    for _due_at, day, wish, delivery, empty in sorted(_slots(db, call, room, days), key=lambda slot: slot[0]):
        verdict = Drop(empty) if empty.rule else foretell(here, charter, wish, call.now)
        item = Item(wish, day, delivery, verdict)
        yield item
        here = after(here, item, call.now)


def after(here: Standing, item: Item, now: datetime) -> Standing:
    """The room's standing once the slot has been filled, if its post may go out."""
    if not isinstance(item.verdict, Allow):
        return here
    posted = Posted(item.wish.kind, max(item.wish.due_at, now), item.wish.content)
    return replace(here, history=(*here.history, posted))


def _slots(db: Db, call: Call, room: Room, days: int) -> Iterator[tuple[datetime, date, Wish, Delivery | None, Reason]]:
    for item in deliveries.waiting(db, call.account_id, room.room_id):
        yield item.due_at, date.fromisoformat(item.slot_day), Wish.of(item), item, NO_REASON
    for planned in forecast(db, call.account_id, call.house.charter, room, days, call.now):
        slug = planned.post.slug if planned.post else ""
        wish = Wish(room.room_id, planned.kind, slug, planned.due_at)
        yield planned.due_at, planned.day, wish, None, planned.reason


TROUBLE = frozenset(
    {
        DeliveryState.HELD,
        DeliveryState.EXPIRED,
        DeliveryState.FAILED,
        DeliveryState.SKIPPED,
        DeliveryState.UNKNOWN,
        DeliveryState.UNCONFIRMED,
        DeliveryState.AMBIGUOUS,
    }
)
"""States that somebody should look at."""
