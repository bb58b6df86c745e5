"""/audit: what was commanded lately, by whom, and what came of it."""

from __future__ import annotations

from bot.core.errors import UsageError
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.policy.command import Call, command
from bot.policy.typed_number import number_in
from storage import audit, members
from storage.store import Db

MOST = 30


@command("audit", aliases=("审计", "记录"), role=Role.OPERATOR)
def show_audit(db: Db, call: Call, number: str = "10") -> Reply:
    """The newest entries, refusals among them."""
    many = number_in(number)
    if many is None or not 1 <= many <= MOST:
        raise UsageError("errors/usage", command="audit")
    entries = audit.latest(db, call.account_id, many)
    names = {entry.actor_id: members.name_of(db, call.account_id, entry.room_id, entry.actor_id) for entry in entries}
    rooms = {room.room_id: room.name for room in call.house.known_rooms}
    rows = [
        {
            "at": entry.at,
            "who": names[entry.actor_id] or entry.actor_id,
            "role": entry.role,
            "command": entry.command,
            "target": rooms.get(entry.target, entry.target),
            "outcome": entry.outcome.value,
            "reason": entry.reason,
        }
        for entry in entries
    ]
    return Reply("audit", {"entries": rows})
