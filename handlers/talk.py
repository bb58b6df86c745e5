"""What the bot says when somebody talks to it without asking for anything it knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.core.operator import Role
from bot.core.reply import Audience, Reply
from bot.core.room import RoomRole
from bot.policy.command import Call
from storage import messages, rooms, wishes
from storage.store import Db

MOST_WISHES = 5
QUIET = timedelta(hours=12)
"""A member who writes privately is greeted once in so long; a greeting at every line would be a machine."""


def answer_mention(db: Db, call: Call) -> Sequence[Reply]:
    """A mention in a room is answered, and handed on to the people in the control room."""
    if call.role >= Role.OPERATOR:
        return (Reply("mentioned_staff"),)
    watched = any(room.role is RoomRole.CONTROL and room.active for room in rooms.managed(db, call.account_id))
    answer = Reply(
        "mentioned", {"brand": call.house.charter.speaker.brand, "watched": watched, "words": call.text}, mention=True
    )
    return (answer, _handed_on(db, call)) if watched and call.text else (answer,)


def answer_private(db: Db, call: Call) -> Sequence[Reply]:
    """A private line is handed on; the first one in half a day is also answered."""
    if call.role >= Role.OPERATOR:
        return (Reply("private_staff"),)
    watched = any(room.role is RoomRole.CONTROL and room.active for room in rooms.managed(db, call.account_id))
    handed = (_handed_on(db, call),) if watched and call.text else ()
    if messages.spoke_to(db, call.account_id, call.talker_id, call.now - QUIET):
        return handed
    data = {
        "brand": call.house.charter.speaker.brand,
        "persona": call.house.charter.speaker.persona,
        "watched": watched,
    }
    return (Reply("private", data), *handed)


def _handed_on(db: Db, call: Call) -> Reply:
    """What was said, and what whoever answers should remember of this person."""
    known = wishes.of(db, call.account_id, call.talker_id)
    data = {
        "room": call.room.name if call.room else "",
        "who": call.talker or call.talker_id,
        "words": call.text,
        "now": call.now,
        "wishes": [{"said": wish.said, "kept": wish.kept} for wish in known[:MOST_WISHES]],
    }
    return Reply("alarms/handed_on", data, to=Audience.CONTROL)
