"""Check-ins noticed: confirmed with row and place, those of a busy minute in a room together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.core.checkin import Campaign, Untold
from bot.core.reply import Reply
from bot.core.room import Room, RoomRole
from bot.policy import streaks
from bot.policy.courtesy import Aside, Manners
from storage import checkins, punch_news, punch_records, rooms
from storage.store import Db

EVERY = timedelta(minutes=1)
"""A room hears at most one confirmation in this time."""
KEEPS = timedelta(minutes=10)
"""What could not be confirmed for so long, in a pause or while the bot was away, is only counted."""
NAMED = 12
"""So many are named in one message; the others are a number."""


def tell_checkins(db: Db, manners: Manners) -> Sequence[Aside]:
    """One message for each room in which somebody has checked in since the last one."""
    untold = punch_news.untold(db, manners.account_id)
    if not untold:
        return ()
    lately = punch_news.told_since(db, manners.account_id, manners.now - EVERY)
    by_room: dict[str, list[Untold]] = defaultdict(list)
    for item in untold:
        by_room[item.room_id].append(item)
    managed = {room.room_id: room for room in rooms.managed(db, manners.account_id)}
    asides = []
    for room_id, items in by_room.items():
        fresh = [item for item in items if manners.now - item.at <= KEEPS or item.won or item.reached]
        stale = [item.id for item in items if item not in fresh]
        if stale:
            punch_news.told(db, stale, manners.now - KEEPS)
        room = managed.get(room_id)
        heard = room is not None and room.role is RoomRole.CUSTOMER and room.active
        if room is not None and heard and fresh and room_id not in lately and not manners.hushed(room_id):
            asides.append(_aside(db, manners, room, fresh))
    return asides


def _aside(db: Db, manners: Manners, room: Room, items: Sequence[Untold]) -> Aside:
    ids = [item.id for item in items]
    punch_news.told(db, ids, manners.now)
    names = punch_records.names(db, manners.account_id, room.room_id, {item.contact_id for item in items})
    campaigns = checkins.by_id(db, manners.account_id, {item.campaign_id for item in items})
    several = len(checkins.here(db, manners.account_id, room.room_id)) > 1
    groups = [
        _group(db, manners.account_id, campaign, [item for item in items if item.campaign_id == number], names)
        for number, campaign in sorted(campaigns.items())
    ]

    def undo(later: Db) -> None:
        punch_news.told(later, ids, None)

    if len(items) == 1 and groups:
        who = items[0].contact_id
        reply = Reply("checkin_told", {"titled": several, **groups[0].facts, **groups[0].people[0]})
        return Aside(room.room_id, reply, undo, (who, names.get(who, "")))
    shown = [{**group.facts, "people": group.people[:NAMED], "count": len(group.people)} for group in groups]
    return Aside(room.room_id, Reply("checkin_told_all", {"titled": several, "groups": shown}), undo)


@dataclass(frozen=True, slots=True)
class _Group:
    """Those who checked in to one campaign."""

    facts: Mapping[str, object]
    people: Sequence[Mapping[str, object]]


def _group(db: Db, account_id: str, campaign: Campaign, items: Sequence[Untold], names: Mapping[str, str]) -> _Group:
    """Rows and places as of the days that were checked in for: just after midnight that is the day before."""
    told = {item.contact_id for item in items}
    held = {record.contact_id: record for record in punch_records.shown(db, account_id, campaign, told)}
    board = streaks.ranked(campaign, held.values(), max(item.day for item in items))
    people = {}
    for item in items:
        marks = held[item.contact_id].marks if item.contact_id in held else {}
        row = streaks.streak(campaign, marks, item.day)
        people[item.contact_id] = {
            "name": names.get(item.contact_id, ""),
            "streak": row,
            "total": streaks.total(marks, item.day),
            "place": streaks.place(board, item.contact_id),
            "left": max(0, campaign.goal - row),
            "won": list(item.won),
            "reached": item.reached,
        }
    facts = {"title": campaign.title, "daily": campaign.daily, "goal": campaign.goal, "gift": campaign.gift}
    return _Group(facts, list(people.values()))
