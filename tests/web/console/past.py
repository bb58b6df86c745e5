"""Gives a house a past: posts that went out, one that nobody can account for, and many rooms."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.delivery import Delivery, Order, Slot
from bot.core.post import PostKind
from bot.core.posted import Source
from bot.core.reason import Reason
from bot.core.room import RoomRole
from storage import day_counts, ledger, members, outbox, rooms
from storage.store import Db
from tests.web.house import OWNER

ACCOUNT = "main"


def planned(
    db: Db, room_id: str, due_at: datetime, *, number: int = 9, body: str = "", plan: str = "daily"
) -> Delivery:
    """A post that waits, of the library unless its words are given."""
    day = (due_at + timedelta(hours=8)).date().isoformat()
    order = Order(plan, PostKind.VALUE, "" if body else "value/teeth", Source.PLAN, body=body)
    slot = Slot(ACCOUNT, room_id, day, number, due_at)
    found = outbox.plan(db, slot, order, attempt_id=f"{room_id}-{day}-{plan}-{number}", now=due_at)
    assert found is not None
    return found


def sent(db: Db, room_id: str, at: datetime, text: str = "刷牙这件事") -> int:
    """A post whose echo is still waited for."""
    delivery = planned(db, room_id, at)
    outbox.intend(db, delivery.id, text=text, text_hash=text, epoch=1, now=at)
    facts = {"kind": delivery.kind.value, "source": delivery.source, "content": delivery.content}
    ledger.enter(db, ACCOUNT, room_id, **facts, delivery_id=delivery.id, text_hash=text, at=at)
    outbox.accepted(db, delivery.id, f"sent-{delivery.id}", at)
    return delivery.id


def unsure(db: Db, room_id: str, at: datetime, text: str = "刷牙这件事") -> int:
    """A post of which nobody can say whether it arrived."""
    delivery = planned(db, room_id, at)
    outbox.intend(db, delivery.id, text=text, text_hash=text, epoch=1, now=at)
    facts = {"kind": delivery.kind.value, "source": delivery.source, "content": delivery.content}
    ledger.enter(db, ACCOUNT, room_id, **facts, delivery_id=delivery.id, text_hash=text, at=at)
    outbox.unknown(db, delivery.id, Reason("send.uncertain"), at)
    return delivery.id


def town(db: Db, now: datetime, count: int) -> None:
    """So many rooms with a few posts and words each."""
    for number in range(count):
        room_id = f"town-{number:04}@chatroom"
        rooms.adopt(db, ACCOUNT, room_id, topic=f"第{number:04}群", role=RoomRole.CUSTOMER, by=OWNER, now=now)
        people = [f"wxid_{number}_{who}" for who in range(2)]
        members.joined(db, ACCOUNT, room_id, people, OWNER, now)
        for back in range(3):
            facts = {"kind": "value", "source": Source.PLAN, "content": "value/teeth"}
            ledger.enter(db, ACCOUNT, room_id, **facts, at=now - timedelta(days=back, hours=1))
        words = [(room_id, who, (now - timedelta(days=back)).date()) for who in people for back in range(2)]
        day_counts.add(db, ACCOUNT, words)
