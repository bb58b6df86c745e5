"""What a room hears of a check-in as a whole: that it begins, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from bot.core.checkin import Campaign
from bot.core.reply import Reply
from bot.core.room import Room, RoomRole
from bot.policy import streaks
from bot.policy.audience import fits
from bot.policy.calling import begin
from bot.policy.courtesy import Aside, Manners
from bot.policy.room_rules import RoomRules, rules_of
from handlers.checkin_room import view
from storage import checkins, punch_records, rooms
from storage.store import Db

BEST = 3
"""So many are named at the end for the most days."""
NAMED = 10
"""So many are named for reaching the goal."""


def begin_campaigns(db: Db, manners: Manners) -> Sequence[Aside]:
    """Start what is declared for rooms of this sort, once in each room, at a time of day fit for people."""
    meant = [declared for declared in manners.charter.customs.declared.values() if declared.audience]
    if not meant:
        return ()
    known = checkins.begun(db, manners.account_id, [declared.slug for declared in meant])
    asides = []
    for room, rules in _rooms(db, manners):
        for declared in meant:
            wanted = (room.room_id, declared.slug) not in known and fits(declared.audience, rules.tags, {})
            if wanted and rules.care_hours.current(manners.now) is not None:
                first = rules.hours.local_day(manners.now)
                planned = begin(declared, manners.charter.customs, room.room_id, first)
                started = checkins.start(db, manners.account_id, planned, "", manners.now)
                asides.append(_begun(db, manners, started, first))
    return asides


def announce_campaigns(db: Db, manners: Manners) -> Sequence[Aside]:
    """Tell rooms of what somebody has started there."""
    new = checkins.unannounced(db, manners.account_id)
    if not new:
        return ()
    days = {room.room_id: rules.hours.local_day(manners.now) for room, rules in _rooms(db, manners)}
    return [_begun(db, manners, campaign, days[campaign.room_id]) for campaign in new if campaign.room_id in days]


def close_campaigns(db: Db, manners: Manners) -> Sequence[Aside]:
    """End what has had its last day, the morning after, so that late words of that day still count; tell results."""
    running = checkins.running(db, manners.account_id)
    if not running and not checkins.unsettled(db, manners.account_id):
        return ()
    there = {room.room_id: rules for room, rules in _rooms(db, manners)}
    over = [
        campaign
        for room_id, campaigns in running.items()
        for campaign in campaigns
        if room_id in there and _over(campaign, there[room_id], manners)
    ]
    for campaign in over:
        checkins.end(db, campaign.id, manners.now)
    ended = checkins.unsettled(db, manners.account_id)
    return [
        _result(db, manners, campaign, there[campaign.room_id].hours.local_day(manners.now))
        for campaign in ended
        if campaign.room_id in there
    ]


def _rooms(db: Db, manners: Manners) -> Iterator[tuple[Room, RoomRules]]:
    """Customer rooms in which the bot may speak now."""
    for room in rooms.managed(db, manners.account_id):
        if room.role is RoomRole.CUSTOMER and room.active and not manners.hushed(room.room_id):
            rules = rules_of(room.settings, manners.charter.rules)
            if rules is not None:
                yield room, rules


def _over(campaign: Campaign, rules: RoomRules, manners: Manners) -> bool:
    if campaign.ends_on is None or rules.hours.local_day(manners.now) <= campaign.ends_on:
        return False
    return rules.care_hours.current(manners.now) is not None


def _begun(db: Db, manners: Manners, campaign: Campaign, today: date) -> Aside:
    checkins.announced(db, campaign.id, manners.now)
    reply = Reply("checkin_begun", view(campaign, today), refreshes=True)
    return Aside(campaign.room_id, reply, partial(_unsaid, checkins.announced, campaign.id))


def _result(db: Db, manners: Manners, campaign: Campaign, today: date) -> Aside:
    checkins.settled(db, campaign.id, manners.now)
    """Counts are of everybody; names are of those who have not unsubscribed."""
    people = punch_records.present(db, manners.account_id, campaign)
    board = streaks.ranked(campaign, people, today)
    named = {record.contact_id for record in punch_records.shown(db, manners.account_id, campaign)}
    held = {record.contact_id: record.marks for record in people}
    reached = [
        item.contact_id
        for item in board
        if campaign.goal and streaks.longest(campaign, held[item.contact_id], today) >= campaign.goal
    ]
    best = [item for item in board if item.contact_id in named][:BEST]
    told = [contact_id for contact_id in reached if contact_id in named][:NAMED]
    ids = [*(item.contact_id for item in best), *told]
    names = punch_records.names(db, manners.account_id, campaign.room_id, ids)
    data: Mapping[str, object] = {
        "title": campaign.title,
        "daily": campaign.daily,
        "gift": campaign.gift,
        "goal": campaign.goal,
        "people": len(board),
        "total": sum(item.total for item in board),
        "best": [{"name": names.get(item.contact_id, ""), "total": item.total} for item in best],
        "reached": [names.get(contact_id, "") for contact_id in told],
        "reached_count": len(reached),
    }
    reply = Reply("checkin_result", data, refreshes=True)
    return Aside(campaign.room_id, reply, partial(_unsaid, checkins.settled, campaign.id))


def _unsaid(mark: Callable[[Db, int, None], None], campaign_id: int, db: Db) -> None:
    """Provably not said: at the next look it is."""
    mark(db, campaign_id, None)
