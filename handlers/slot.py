"""/skip, /swap and /move: change one post that still waits; the gate is asked about whatever comes instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.core.delivery import Delivery, DeliveryState
from bot.core.errors import SpeakerError, UsageError
from bot.core.operator import Role
from bot.core.post import PostKind
from bot.core.reason import NO_REASON, Reason
from bot.core.reply import Reply
from bot.core.room import Room
from bot.core.verdict import Allow, Drop, Hold, Verdict
from bot.inquiry import Wish, foresee
from bot.policy.command import Call, command
from bot.policy.room_settings import zone_of
from bot.policy.when import read_time
from handlers.delivery import find_waiting
from handlers.labels import kind_label
from handlers.library import find_content
from handlers.post import refused
from handlers.shown import delivery_title, person, shown_text
from storage import outbox, rooms
from storage.store import Db


@command("skip", aliases=("跳过",), role=Role.OPERATOR)
def skip_slot(db: Db, call: Call, which: str, *why: str) -> Reply:
    """This post does not go out; its slot stays empty."""
    delivery = find_waiting(db, call, which)
    reason = Reason("command.skip", {"by": person(db, call, call.talker_id), "why": " ".join(why)[:100]})
    outbox.drop(db, delivery.id, DeliveryState.SKIPPED, reason, call.now, by=call.talker_id)
    return Reply("skipped", {**_facts(db, call, delivery), "at": delivery.due_at})


@command("swap", aliases=("换",), role=Role.OPERATOR)
def swap_slot(db: Db, call: Call, which: str, content: str) -> Reply:
    """Another post of the library in this slot; an approval of the old one is void."""
    delivery = find_waiting(db, call, which)
    room = _room(db, call, delivery)
    post = find_content(call.house.charter.library, content)
    if post.kind is PostKind.CARE:
        raise SpeakerError("errors/content_care", title=post.title)
    wish = replace(Wish.of(delivery), kind=post.kind, content=post.slug, body="", approved="")
    verdict = foresee(db, call.account_id, call.house.charter, wish, call.now)
    if isinstance(verdict, Drop):
        raise refused(room, post.title, verdict.reason)
    outbox.swap(db, delivery.id, post.kind, post.slug, call.talker_id, call.now)
    return Reply(
        "swapped",
        {
            **shown_text(call, room, post.slug, "", date.fromisoformat(delivery.slot_day)),
            **_facts(db, call, delivery),
            "at": delivery.due_at,
            "old": delivery_title(call, delivery),
            "title": post.title,
            "kind": kind_label(post.kind),
            "held": _held(verdict),
        },
    )


@command("move", aliases=("改时间",), role=Role.OPERATOR)
def move_slot(db: Db, call: Call, which: str, *when: str) -> Reply:
    """Another time for this post, inside its window."""
    if not when:
        raise UsageError("errors/usage", command="move")
    delivery = find_waiting(db, call, which)
    room = _room(db, call, delivery)
    due_at = read_time(" ".join(when), call.now, zone_of(room.settings, call.house.zone))
    wish = replace(Wish.of(delivery), due_at=due_at)
    verdict = foresee(db, call.account_id, call.house.charter, wish, call.now)
    outside = isinstance(verdict, Hold) and verdict.reason.rule.startswith("window.")
    if isinstance(verdict, Drop) or (isinstance(verdict, Hold) and outside):
        raise refused(room, delivery_title(call, delivery), verdict.reason)
    outbox.move(db, delivery.id, due_at, call.talker_id, call.now)
    data = {**_facts(db, call, delivery), "old": delivery.due_at, "at": due_at, "held": _held(verdict)}
    return Reply("moved", data)


def _held(verdict: Verdict) -> Reason:
    """What keeps it back besides its time."""
    return NO_REASON if isinstance(verdict, Allow) else verdict.reason


def _room(db: Db, call: Call, delivery: Delivery) -> Room:
    room = rooms.find(db, call.account_id, delivery.home_id)
    if room is None:
        raise SpeakerError("errors/room_unadopted", room=delivery.room_id)
    return room


def _facts(db: Db, call: Call, delivery: Delivery) -> dict[str, object]:
    room = rooms.find(db, call.account_id, delivery.home_id)
    return {
        "id": delivery.id,
        "room": room.name if room else delivery.room_id,
        "title": delivery_title(call, delivery),
    }
