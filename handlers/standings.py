"""How many rooms stand at once: a fixed number of queries, however many rooms are asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.core.room import Room
from bot.policy.command import Call
from bot.policy.room_rules import rules_of
from bot.standing import Standing, prospects, standing
from storage.store import Db


def standings(db: Db, call: Call, rooms: Sequence[Room]) -> Mapping[str, Standing]:
    """Each room's standing, by its id: what concerns the whole account is read once."""
    if not rooms:
        return {}
    charter = call.house.charter
    common = standing(db, call.account_id, charter, rooms[0].room_id, call.now)
    known = prospects(db, call.account_id, charter, rooms, call.now)
    return {
        room.room_id: replace(
            common,
            room=room,
            rules=rules_of(room.settings, charter.rules),
            history=known[room.room_id].history,
            campaigns=known[room.room_id].campaigns,
            shares=known[room.room_id].shares,
        )
        for room in rooms
    }
