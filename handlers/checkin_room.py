"""The check-ins of a room as handlers look for them: which run, and how one is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.core.checkin import Campaign, Counts
from bot.core.errors import SpeakerError
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.core.room import Room, RoomRole
from bot.policy.calling import day_number, days_in_all
from bot.policy.command import Call
from bot.policy.text import for_matching
from handlers.customer_room import customer_rooms, named_room, room_here
from storage import checkins
from storage.store import Db

Found = tuple[Room, Campaign]


def campaigns_here(db: Db, call: Call) -> tuple[Campaign, ...]:
    """What runs in the customer room this was said in; nothing in private and in the control room."""
    if call.room is None or call.room.role is not RoomRole.CUSTOMER:
        return ()
    return checkins.here(db, call.account_id, call.room.room_id)


def running_campaign(db: Db, call: Call, said: Sequence[str]) -> Found:
    """The running campaign that is meant, by its title or its room; the only one that can be, if nothing is said.

    `SpeakerError` lists those that run when it is none or several.
    """
    rooms = customer_rooms(db, call)
    running = checkins.running(db, call.account_id)
    every = [(room, campaign) for room in rooms for campaign in running.get(room.room_id, ())]
    here = room_here(db, call)
    found = [item for item in every if here is None or item[0].room_id == here.room_id]
    for word in filter(None, said):
        titled = [item for item in found if called(item[1], word)] or [item for item in every if called(item[1], word)]
        if titled:
            found = titled
        else:
            room = named_room(rooms, call, word)
            found = [item for item in every if item[0].room_id == room.room_id]
    if len(found) != 1:
        offered = found or every
        raise SpeakerError("errors/checkin_which", campaigns=[told(room, campaign) for room, campaign in offered[:10]])
    return found[0]


def called(campaign: Campaign, said: str) -> bool:
    """Whether somebody means this campaign."""
    return for_matching(said) in {for_matching(campaign.title), campaign.slug or None}


def told(room: Room, campaign: Campaign) -> Mapping[str, str]:
    """A campaign in a list to choose from."""
    return {"title": campaign.title, "room": room.name}


def plain_answer(call: Call, state: str, campaign: Campaign | None = None, **facts: object) -> Reply:
    """What somebody hears who said 打卡 or 补卡 and for whom it cannot be; `state` says why."""
    data = {
        "title": campaign.title if campaign else "",
        "word": campaign.word if campaign else "",
        "both": campaign is not None and campaign.counts is Counts.BOTH,
        "opens": (campaign.opens if campaign else "") or "00:00",
        "closes": (campaign.closes if campaign else "") or "24:00",
        "daily": campaign is None or campaign.daily,
        "next": None,
        "streak": 0,
        "words": [],
    }
    return Reply("checkin_answer", {"state": state, **data, **facts}, mention=not call.private)


def nothing_here(call: Call) -> Reply:
    """For somebody of the house, in private, or where no check-in runs."""
    return plain_answer(call, "staff" if call.role >= Role.OPERATOR else "private" if call.private else "none")


def view(campaign: Campaign, today: date) -> dict[str, object]:
    """A campaign as texts tell it: what to send and when, for how long, and what it is good for."""
    return {
        "title": campaign.title,
        "word": campaign.word,
        "counts": campaign.counts.value,
        "daily": campaign.daily,
        "weekdays": sorted(campaign.rhythm),
        "opens": campaign.opens,
        "closes": campaign.closes,
        "starts": campaign.starts_on,
        "ends": campaign.ends_on,
        "day": max(1, day_number(campaign, today)),
        "days": days_in_all(campaign),
        "goal": campaign.goal,
        "gift": campaign.gift,
        "points": campaign.points,
        "makeups": campaign.makeups,
    }
