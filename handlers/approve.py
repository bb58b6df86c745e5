"""/approve: somebody's yes to posts that wait for one, bound to exactly what would be said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.core.delivery import Delivery
from bot.core.errors import SpeakerError
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.inquiry import Wish, ask, seal_of
from bot.policy.command import Call, command
from bot.policy.question import Approval
from bot.standing import Standing
from handlers.customer_room import customer_rooms
from handlers.delivery import find_waiting
from handlers.labels import EVERYWHERE, kind_label
from handlers.shown import delivery_title, shown_text
from handlers.standings import standings
from storage import deliveries, outbox
from storage.store import Db

SHOWN = 3
"""So many posts with their whole text fit into a message."""

Awaiting = tuple[Delivery, Standing, Approval]


@command("approve", aliases=("批准",), role=Role.OPERATOR)
def approve_posts(db: Db, call: Call, which: str = "") -> Reply:
    """Without words: what waits for a yes. Nobody approves what they have commanded themselves."""
    waiting = _awaiting(db, call)
    if not which:
        return _list(call, waiting)
    if which in EVERYWHERE:
        return _approve_all(db, call, waiting)
    delivery = find_waiting(db, call, which)
    found = [item for item in waiting if item[0].id == delivery.id]
    if not found:
        raise SpeakerError("errors/approval_unneeded", id=delivery.id)
    if delivery.by == call.talker_id:
        raise SpeakerError("errors/approve_own", id=delivery.id)
    _approve(db, call, found[0])
    return Reply("approved", {"done": [_line(call, found[0])], "own": 0})


def _approve_all(db: Db, call: Call, waiting: Sequence[Awaiting]) -> Reply:
    others = [item for item in waiting if item[0].by != call.talker_id]
    own = len(waiting) - len(others)
    if not others and own:
        raise SpeakerError("errors/approve_own", id=waiting[0][0].id)
    for item in others:
        _approve(db, call, item)
    return Reply("approved", {"done": [_line(call, item) for item in others], "own": own})


def _approve(db: Db, call: Call, item: Awaiting) -> None:
    delivery, here, _state = item
    if here.room is not None and here.rules is not None:
        bound = seal_of(call.house.charter, Wish.of(delivery), here.room, here.rules)
        outbox.approve(db, delivery.id, bound, call.talker_id, call.now)


def _awaiting(db: Db, call: Call) -> list[Awaiting]:
    """What waits for somebody's yes, those among them whose text was edited after one."""
    items = deliveries.waiting(db, call.account_id)
    wanted = {item.room_id for item in items}
    known = standings(db, call, [room for room in customer_rooms(db, call) if room.room_id in wanted])
    asked = [
        (item, known[item.room_id], ask(known[item.room_id], call.house.charter, Wish.of(item), call.now).approval)
        for item in items
        if item.room_id in known
    ]
    return [found for found in asked if found[2] in {Approval.NEEDED, Approval.STALE}]


def _list(call: Call, waiting: Sequence[Awaiting]) -> Reply:
    posts = [_line(call, item) for item in waiting[:SHOWN]]
    return Reply("approvals", {"posts": posts, "more": max(0, len(waiting) - SHOWN)})


def _line(call: Call, item: Awaiting) -> dict[str, object]:
    delivery, here, state = item
    day = date.fromisoformat(delivery.slot_day)
    text = shown_text(call, here.room, delivery.content, delivery.body, day) if here.room else {"draft": None}
    return {
        "body": delivery.body,
        **text,
        "id": delivery.id,
        "room": here.room.name if here.room else delivery.room_id,
        "title": delivery_title(call, delivery),
        "kind": kind_label(delivery.kind),
        "at": delivery.due_at,
        "edited": state is Approval.STALE,
        "own": delivery.by == call.talker_id,
    }
