"""/plan: what goes out where and when, what would not and why, and how the mix stands."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from bot.core.delivery import Delivery
from bot.core.errors import SpeakerError
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.core.room import Room
from bot.policy.command import Call, command
from bot.standing import standing
from handlers.agenda import TROUBLE
from handlers.customer_room import customer_rooms, named_room, room_here
from handlers.days_ahead import read_days
from handlers.labels import EVERYWHERE, state_label
from handlers.proportions import proportions
from handlers.room_plan import done_line, lines_of
from storage import deliveries
from storage.store import Db

MOST_DAYS = 14
LINES = 24
ROOMS = 15
"""So many lines of one room, and so many rooms in the overview, fit into a message."""


@command("plan", aliases=("计划",), role=Role.OPERATOR)
def show_plan(db: Db, call: Call, *words: str) -> Reply:
    """One room for up to a fortnight, or all rooms for today."""
    days, said = read_days(words, "plan", usual=1, most=MOST_DAYS)
    managed = customer_rooms(db, call)
    if said and said not in EVERYWHERE:
        return _one(db, call, named_room(managed, call, said), days)
    here = None if said else room_here(db, call)
    if here is not None:
        return _one(db, call, here, days)
    if len(managed) == 1:
        return _one(db, call, managed[0], days)
    if days > 1:
        raise SpeakerError("errors/which_room", rooms=[room.name for room in managed[:10]])
    return _all(db, call, managed)


def _one(db: Db, call: Call, room: Room, days: int) -> Reply:
    here = standing(db, call.account_id, call.house.charter, room.room_id, call.now)
    lines, unnumbered = lines_of(db, call, room, days)
    return Reply(
        "plan",
        {
            "room": room.name,
            "days": days,
            "readable": here.rules is not None,
            "lines": lines[:LINES],
            "more": max(0, len(lines) - LINES),
            "mix": proportions(here.history, here.rules, call.now),
            "unnumbered": unnumbered,
        },
    )


def _all(db: Db, call: Call, managed: tuple[Room, ...]) -> Reply:
    """Today in every room: counts, the first rooms line by line, then those where something is wrong."""
    hours = call.house.charter.rules.hours
    midnight = call.now.astimezone(hours.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    by_room: dict[str, list[Delivery]] = {room.room_id: [] for room in managed}
    for item in deliveries.between(db, call.account_id, midnight, midnight + timedelta(days=1)):
        if item.room_id in by_room:
            by_room[item.room_id].append(item)
    listed, rest = managed[:ROOMS], managed[ROOMS:]
    troubled = [room for room in rest if any(item.state in TROUBLE for item in by_room[room.room_id])]
    states = Counter(item.state for items in by_room.values() for item in items)
    return Reply(
        "plan_all",
        {
            "now": call.now,
            "count": len(managed),
            "counts": [{"state": state_label(state), "count": count} for state, count in states.most_common()],
            "empty": sum(1 for items in by_room.values() if not items),
            "rooms": [_brief(call, room, by_room[room.room_id]) for room in listed],
            "troubled": [_brief(call, room, by_room[room.room_id]) for room in troubled[:ROOMS]],
            "more": len(rest) - len(troubled[:ROOMS]),
        },
    )


def _brief(call: Call, room: Room, items: list[Delivery]) -> dict[str, object]:
    return {"name": room.name, "active": room.active, "posts": [done_line(call, item) for item in items[:3]]}
