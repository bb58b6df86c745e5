"""/post: say something in a room out of turn; in several rooms, or promotion, only after a second look."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.core.errors import SpeakerError
from bot.core.operator import Role
from bot.core.post import PostKind
from bot.core.reason import Reason
from bot.core.reply import Reply
from bot.core.room import Room
from bot.core.verdict import Drop, Hold
from bot.inquiry import foresee
from bot.policy.command import Call, command
from bot.policy.room_settings import zone_of
from handlers.broadcast import propose
from handlers.customer_room import customer_rooms, find_customer_room
from handlers.labels import kind_label
from handlers.post_words import is_typed, read_words
from handlers.shown import shown_text, title_of
from handlers.wanted import Wanted, enter, fingerprint, library_post, typed_post
from storage import approvals
from storage.store import Db


@command("post", aliases=("发",), role=Role.OPERATOR)
def post_content(db: Db, call: Call, content: str, *words: str) -> Reply:
    """One room and no promotion: planned at once, if the gate agrees. Everything else waits for /confirm."""
    managed = customer_rooms(db, call)
    house = call.house.charter.rules.hours.zone
    said = read_words(call, words, managed, house)
    make = typed_post if is_typed(call) else library_post
    wanted = make(call, content, said.kind, said.override)
    rooms = said.rooms or [find_customer_room(db, call)]
    due_at = said.at or call.now
    if len(rooms) == 1:
        zone = zone_of(rooms[0].settings, house.key)
        due_at = read_words(call, words, managed, zone).at or call.now
        verdict = foresee(db, call.account_id, call.house.charter, wanted.wish(rooms[0].room_id, due_at), call.now)
        if isinstance(verdict, Drop):
            remedy = _remedy(db, call, wanted, rooms[0], due_at)
            raise refused(rooms[0], title_of(call, wanted.content, wanted.body), verdict.reason, remedy)
    if len(rooms) == 1 and wanted.kind is not PostKind.PROMO:
        return _plan(db, call, rooms[0], due_at, wanted, verdict.reason if isinstance(verdict, Hold) else None)
    return propose(db, call, rooms, due_at, wanted)


def _remedy(db: Db, call: Call, wanted: Wanted, room: Room, due_at: datetime) -> str:
    """What would help: an "override", an "owner" with one, or "none" of that."""
    wish = replace(wanted.wish(room.room_id, due_at), override="asked")
    if wanted.override or isinstance(foresee(db, call.account_id, call.house.charter, wish, call.now), Drop):
        return "none"
    return "override" if call.role >= Role.OWNER else "owner"


def refused(room: Room, title: str, reason: Reason, remedy: str = "other") -> SpeakerError:
    """What the gate says no to, and what would help; `rule` is for the audit."""
    return SpeakerError(
        "errors/refused",
        room=room.name,
        title=title,
        reason=reason,
        rule=str(reason),
        remedy=remedy,
    )


def _plan(db: Db, call: Call, room: Room, due_at: datetime, wanted: Wanted, held: Reason | None) -> Reply:
    plan = f"post:{fingerprint(call.account_id, call.message_id)[:12]}"
    zone = zone_of(room.settings, call.house.zone)
    delivery = enter(db, call, room.room_id, due_at, wanted, plan, zone)
    if delivery is None:
        raise SpeakerError("errors/posted_already", room=room.name)
    if held is not None and held.rule.startswith("approval."):
        approvals.ask(db, delivery, room, call.now)
    return Reply(
        "post_planned",
        {
            **shown_text(call, room, wanted.content, wanted.body, due_at.astimezone(zone).date()),
            "id": delivery.id,
            "room": room.name,
            "kind": kind_label(wanted.kind),
            "at": due_at,
            "soon": due_at <= call.now,
            "held": held,
            "mark": wanted.mark,
            "override": wanted.override,
        },
    )
