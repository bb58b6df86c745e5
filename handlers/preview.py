"""/preview: the exact texts of what comes next, each with the gate's verdict."""

from __future__ import annotations

from datetime import date
from itertools import islice

from bot.core.delivery import Delivery
from bot.core.operator import Role
from bot.core.reason import NO_REASON
from bot.core.reply import Reply
from bot.core.room import Room
from bot.core.verdict import Allow
from bot.inquiry import Wish, foresee
from bot.policy.command import Call, command
from handlers.agenda import Item, coming
from handlers.customer_room import find_customer_room
from handlers.delivery import find_delivery
from handlers.labels import kind_label, state_label
from handlers.shown import delivery_title, shown_text, title_of
from storage import rooms
from storage.store import Db

NEXT = 3
AHEAD_DAYS = 7


@command("preview", aliases=("预览",), role=Role.OPERATOR)
def show_preview(db: Db, call: Call, which: str = "") -> Reply:
    """The next posts of a room, or the one with this number."""
    if which.lstrip("#＃").isdecimal():
        return _numbered(db, call, find_delivery(db, call, which))
    room = find_customer_room(db, call, which)
    items = islice(coming(db, call, room, AHEAD_DAYS), NEXT)
    return Reply("preview", {"room": room.name, "posts": [_shown(call, room, item) for item in items]})


def _numbered(db: Db, call: Call, item: Delivery) -> Reply:
    room = rooms.find(db, call.account_id, item.home_id)
    verdict = foresee(db, call.account_id, call.house.charter, Wish.of(item), call.now)
    waiting = item.state.waiting
    day = date.fromisoformat(item.slot_day)
    text = shown_text(call, room, item.content, item.body, day) if room and waiting else {"draft": None, "body": ""}
    post = {
        **text,
        "body": item.body if waiting else item.text,
        "id": item.id,
        "at": item.due_at if waiting else item.dispatched_at or item.due_at,
        "kind": kind_label(item.kind),
        "title": delivery_title(call, item),
        "state": None if waiting else state_label(item.state),
        "verdict": type(verdict).__name__.lower() if waiting else "",
        "reason": NO_REASON if isinstance(verdict, Allow) or not waiting else verdict.reason,
    }
    return Reply("preview", {"room": room.name if room else item.room_id, "posts": [post]})


def _shown(call: Call, room: Room, item: Item) -> dict[str, object]:
    return {
        **shown_text(call, room, item.wish.content, item.wish.body, item.day),
        "id": item.delivery.id if item.delivery else 0,
        "at": item.wish.due_at,
        "kind": kind_label(item.wish.kind),
        "title": title_of(call, item.wish.content, item.wish.body),
        "state": None,
        "verdict": item.word,
        "reason": item.reason,
    }
