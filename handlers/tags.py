"""/tags: what a room's people are about, or one person with what each tag rests on."""

from __future__ import annotations

from bot.core.errors import SpeakerError
from bot.core.member import Tag
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.core.room import RoomRole
from bot.policy.command import Call, command
from bot.policy.find_room import find_room
from bot.policy.text import visible
from handlers.person import find_person
from handlers.shown import person
from storage import members, messages, rooms, tags, wishes
from storage.store import Db

MOST = 15


@command("tags", aliases=("标签",), role=Role.OPERATOR)
def show_tags(db: Db, call: Call, whose: str = "") -> Reply:
    """Of the person or room named, of the customer room this was said in, or of all rooms together."""
    said = visible(whose).strip()
    if said.startswith(("@", "＠")):
        return _of_person(db, call, find_person(db, call, said.replace("＠", "@", 1)))
    room_id, name = None, ""
    if said:
        try:
            known = find_room(call.house.known_rooms, said)
        except SpeakerError:
            if not members.find(db, call.account_id, said):
                raise
            return _of_person(db, call, find_person(db, call, said))
        room_id, name = known.room_id, known.topic
    elif call.room is not None and call.room.role is RoomRole.CUSTOMER:
        found = rooms.find(db, call.account_id, call.room_id)
        room_id, name = call.room_id, found.name if found else ""
    counts = tags.counts(db, call.account_id, room_id, call.now)
    return Reply("tags", {"room": name, "counts": counts.most_common(MOST), "more": max(0, len(counts) - MOST)})


def _of_person(db: Db, call: Call, contact_id: str) -> Reply:
    held = tags.of(db, call.account_id, contact_id, call.now)
    known = wishes.of(db, call.account_id, contact_id)
    data = {
        "name": person(db, call, contact_id),
        "tags": [_shown(db, call, tag) for tag in held[:MOST]],
        "more": max(0, len(held) - MOST),
        "wishes": [{"said": wish.said, "kept": wish.kept} for wish in known],
        "removed": [
            {"name": item.name, "by": person(db, call, item.by), "at": item.at}
            for item in tags.removed(db, call.account_id, contact_id)
        ],
    }
    return Reply("tags_of", data)


def _shown(db: Db, call: Call, tag: Tag) -> dict[str, object]:
    return {
        "name": tag.name,
        "source": tag.source,
        "why": tag.why,
        "times": tag.times,
        "at": tag.assigned_at,
        "until": tag.expires_at,
        "said": messages.text_of(db, call.account_id, tag.message_id) if tag.message_id else "",
    }
