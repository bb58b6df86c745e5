"""The people, places and words that the storage tests speak of."""

import itertools
from datetime import UTC, datetime, timedelta

from bot.core.delivery import Order, Slot
from bot.core.events import MessageReceived
from bot.core.message import MessageKind
from bot.core.post import PostKind
from bot.core.room import Room, RoomRole
from bot.policy.text import content_hash
from storage import ledger, outbox

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


def planned(db, *, number=None, room_id=ROOM, due_at=NOW, day="2026-11-20", attempt_id=None, **order):
    """A delivery in the outbox, in a slot of its own unless a number is given."""
    taken = next(_numbers)
    slot = Slot(ACCOUNT, room_id, day, taken if number is None else number, due_at)
    ordered = Order(**{"plan": "daily", "kind": PostKind.VALUE, "content": "value/eczema"} | order)
    return outbox.plan(db, slot, ordered, attempt_id=attempt_id or f"attempt-{taken}", now=NOW)


def intended(db, delivery, text="晚上好", *, at=NOW):
    """The delivery after its intent was committed, with its entry in the ledger."""
    text_hash = content_hash(text)
    found = outbox.intend(db, delivery.id, text=text, text_hash=text_hash, epoch=1, now=at)
    facts = {"kind": found.kind, "source": found.source, "content": found.content}
    ledger.enter(db, ACCOUNT, found.room_id, **facts, delivery_id=found.id, text_hash=text_hash, at=at)
    return found


def dispatched(db, text="晚上好", *, at=NOW, room_id=ROOM, **order):
    """A delivery whose intent is committed."""
    return intended(db, planned(db, room_id=room_id, **order), text, at=at)


def room(room_id=ROOM, **changes):
    """A customer room as a value."""
    facts = {"topic": "宝妈群", "role": CUSTOMER, "adopted_at": NOW, "adopted_by": OPERATOR}
    return Room(ACCOUNT, room_id, **facts | changes)
