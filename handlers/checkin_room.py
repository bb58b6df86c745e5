"""The check-ins of a room as handlers look for them: which run, and how one is shown."""

from __future__ import annotations

from collections.abc import Sequence
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
from storage import checkins, punch_records
from storage.store import Db

Found = tuple[Room, Campaign]
OFFERED = 10
"""So many are offered when one has to be named."""


def campaigns_here(db: Db, call: Call) -> tuple[Campaign, ...]:
    """What runs in the customer room this was said in; nothing in private and in the control room."""
    if call.room is None or call.room.role is not RoomRole.CUSTOMER:
        return ()
    return checkins.here(db, call.account_id, call.room.room_id)


def running_campaign(db: Db, call: Call, said: Sequence[str], contact_id: str = "") -> Found:
    """The running campaign that is meant, by its title, its room or both; the only one that can be, if nothing is said.

    Of several it is the one in a room of this member's. `SpeakerError` lists those that run when it is none or several.
    """
    found = running_campaigns(db, call, said)
    if len(found) > 1 and contact_id:
        theirs = [item for item in found if punch_records.names(db, call.account_id, item[0].room_id, [contact_id])]
        found = theirs or found
    if len(found) != 1:
        raise which(found or _every(db, call))
    return found[0]


def running_campaigns(db: Db, call: Call, said: Sequence[str]) -> list[Found]:
    """Those that words such as a title, a room, or both may mean; all, or those of this room, if nothing is said.

    A word that names neither is a `SpeakerError` that lists those that run.
    """
    every, here = _every(db, call), room_here(db, call)
    found = every
    for word in filter(None, said):
        meant = _meant(db, call, every, word)
        if meant is None:
            raise which(every, word)
        found = [item for item in found if item in meant]
    local = [item for item in found if here is not None and item[0].room_id == here.room_id]
    return local if local or (here is not None and not any(said)) else found


def which(campaigns: Sequence[Found], unknown: str = "") -> SpeakerError:
    """What asks which of these is meant; `unknown` is a word that names none of them."""
    offered = [{"title": campaign.title, "room": room.name} for room, campaign in campaigns[:OFFERED]]
    return SpeakerError("errors/checkin_which", campaigns=offered, unknown=unknown)


def _every(db: Db, call: Call) -> list[Found]:
    running = checkins.running(db, call.account_id)
    return [(room, campaign) for room in customer_rooms(db, call) for campaign in running.get(room.room_id, ())]


def _meant(db: Db, call: Call, every: Sequence[Found], word: str) -> list[Found] | None:
    """By a whole title, else a room, which may have none, else a part of a title; None for a word that is none."""
    titled = [item for item in every if called(item[1], word)]
    if titled:
        return titled
    try:
        room = named_room(customer_rooms(db, call), call, word)
    except SpeakerError:
        return [item for item in every if for_matching(word) in for_matching(item[1].title)] or None
    return [item for item in every if item[0].room_id == room.room_id]


def called(campaign: Campaign, said: str) -> bool:
    """Whether somebody means this campaign."""
    return for_matching(said) in {for_matching(campaign.title), campaign.slug or None}


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
