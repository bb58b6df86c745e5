"""The people, places and words that the storage tests speak of."""

import itertools
from datetime import UTC, datetime, timedelta

from bot.core.delivery import Slot
from bot.core.events import MessageReceived
from bot.core.message import MessageKind
from bot.core.post import PostKind
from bot.core.room import RoomRole
from bot.policy.text import content_hash
from storage import deliveries

ACCOUNT, ROOM, OTHER_ROOM = "main", "room-1@chatroom", "room-2@chatroom"
ANNA, BEN, OPERATOR, BOT = "wxid_anna", "wxid_ben", "wxid_op", "wxid_bot"
CUSTOMER = RoomRole.CUSTOMER
NOW = datetime(2026, 11, 20, 11, 30, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1))
_numbers = itertools.count(1)


def said(text="你好", **changes):
    """A message of a member in the room, with an id of its own."""
    kind = changes.get("kind", MessageKind.TEXT)
    facts = {
        "account_id": ACCOUNT,
        "message_id": f"m-{next(_numbers)}",
        "room_id": ROOM,
        "talker_id": ANNA,
        "listener_id": "",
        "kind": kind,
        "raw_type": int(kind),
        "text": text,
        "sent_at": NOW,
        "age": timedelta(),
    }
    return MessageReceived(**facts | changes)


def echoed(text="晚上好", **changes):
    """The bot's own words as they come back from the room."""
    return said(text, talker_id=BOT, from_self=True, **changes)


def planned(db, *, number=None, room_id=ROOM, due_at=NOW, day="2026-11-20"):
    """A delivery in the outbox, in a slot of its own unless a number is given."""
    taken = next(_numbers)
    slot = Slot(ACCOUNT, room_id, day, taken if number is None else number, due_at)
    return deliveries.plan(
        db, slot, plan="plan", kind=PostKind.VALUE, content="value/eczema", attempt_id=f"attempt-{taken}", now=NOW
    )


def dispatched(db, text="晚上好", *, at=NOW, room_id=ROOM):
    """A delivery whose intent is committed."""
    found = planned(db, room_id=room_id)
    return deliveries.intend(db, found.id, text=text, text_hash=content_hash(text), epoch=1, now=at)
