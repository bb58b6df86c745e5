"""/ledger: what counted in a room lately, and what a staff message counts as."""

from __future__ import annotations

from bot.core.errors import SpeakerError, UsageError
from bot.core.operator import Role
from bot.core.post import MIX, PostKind
from bot.core.reply import Reply
from bot.policy import caps
from bot.policy.command import Call, command
from bot.policy.typed_number import number_in
from bot.standing import standing
from handlers.customer_room import find_customer_room
from handlers.labels import KINDS, kind_label
from handlers.shown import person, title_of
from storage import ledger
from storage.ledger import Entry
from storage.store import Db

USUAL, MOST = 10, 30
NOTHING = frozenset({"none", "不算"})


@command("ledger", aliases=("台账",), role=Role.OPERATOR)
def show_ledger(db: Db, call: Call, first: str = "", second: str = "") -> Reply:
    """A room and a number in either order; or an entry's number and what it shall count as."""
    entry_id = number_in(first)
    if entry_id is not None and second.lower() in {*KINDS, *NOTHING}:
        return _retag(db, call, entry_id, second.lower())
    number, said = (first, second) if first.isdecimal() else (second, first)
    many = number_in(number) if number else USUAL
    if many is None or not 1 <= many <= MOST:
        raise UsageError("errors/usage", command="ledger")
    room = find_customer_room(db, call, said)
    here = standing(db, call.account_id, call.house.charter, room.room_id, call.now)
    entries = ledger.entries(db, call.account_id, room.room_id, many)
    promos = caps.week(here.history, here.rules.caps, call.now) if here.rules else None
    return Reply(
        "ledger",
        {
            "room": room.name,
            "entries": [_line(db, call, entry) for entry in entries],
            "promos": promos.used if promos else 0,
            "most": promos.most if promos else None,
        },
    )


def _retag(db: Db, call: Call, entry_id: int, said: str) -> Reply:
    """Only what staff said can be counted otherwise: the kind of a post of ours is frozen when it is sent."""
    kind: PostKind | None = KINDS.get(said)
    if not ledger.retag(db, call.account_id, entry_id, kind):
        raise SpeakerError("errors/ledger_entry", id=entry_id)
    return Reply("retagged", {"id": entry_id, "kind": kind_label(kind) if kind in MIX and kind else None})


def _line(db: Db, call: Call, entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "at": entry.at,
        "kind": kind_label(entry.kind),
        "source": entry.source.value,
        "title": title_of(call, entry.content, ""),
        "by": person(db, call, entry.talker_id),
    }
