"""A room's plan as lines that are shown: what is done with, and what comes."""

from __future__ import annotations

from datetime import timedelta

from bot.core.delivery import Delivery, DeliveryState
from bot.core.room import Room
from bot.policy.command import Call
from bot.policy.room_settings import zone_of
from handlers.agenda import Item, coming
from handlers.labels import kind_label, state_label
from handlers.shown import delivery_title, title_of
from storage import deliveries
from storage.store import Db

Line = dict[str, object]


def lines_of(db: Db, call: Call, room: Room, days: int) -> tuple[list[Line], bool]:
    """So many local days from today, in order, and whether some of it is a forecast that has no number yet."""
    today = call.now.astimezone(zone_of(room.settings, call.house.zone)).date()
    done = [
        (item.dispatched_at or item.due_at, done_line(call, item))
        for item in deliveries.of_day(db, call.account_id, room.room_id, today.isoformat())
        if not item.state.waiting
    ]
    items = [item for item in coming(db, call, room, days) if item.day < today + timedelta(days=days)]
    ahead = [(item.wish.due_at, {**coming_line(call, item), "earlier": item.day < today}) for item in items]
    lines = [line for _at, line in sorted([*done, *ahead], key=lambda pair: pair[0])]
    return lines, any(item.delivery is None for item in items)


def done_line(call: Call, item: Delivery) -> Line:
    """What became of a post."""
    return {
        "id": item.id,
        "at": item.dispatched_at or item.due_at,
        "kind": kind_label(item.kind),
        "title": delivery_title(call, item),
        "state": state_label(item.state),
        "reason": item.reason,
        "verdict": "",
        "held": False,
        "earlier": False,
    }


def coming_line(call: Call, item: Item) -> Line:
    """What the gate says of a slot's post for its time; `held` if it was asked already and had to wait."""
    return {
        "id": item.delivery.id if item.delivery else 0,
        "at": item.wish.due_at,
        "kind": kind_label(item.wish.kind),
        "title": title_of(call, item.wish.content, item.wish.body),
        "state": None,
        "reason": item.reason,
        "verdict": item.word,
        "held": item.delivery is not None and item.delivery.state is DeliveryState.HELD,
    }
