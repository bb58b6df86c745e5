"""/points: what a member has, what anybody has, and corrections by hand."""

from __future__ import annotations

import re

from bot.core.errors import NotAllowedError, SpeakerError, UsageError
from bot.core.operator import Role
from bot.core.points import CORRECT, Payment
from bot.core.reply import Reply
from bot.policy.command import Call, command
from bot.policy.customs import Reward
from bot.policy.text import visible
from handlers.local_day import local_day
from handlers.person import find_person
from handlers.shown import person
from storage import badges, members, points, redemptions
from storage.store import Db

SHOWN = 10
_CHANGE = re.compile(r"([+＋\-－−])\s*(\d{1,6})", re.ASCII)


@command("points", aliases=("积分",), role=Role.MEMBER, words=("积分", "我的积分", "查积分", "积分查询"))
def show_points(db: Db, call: Call, who: str = "", change: str = "", *why: str) -> Reply:
    """Members hear about their own; operators also see anybody's, and set them right."""
    if not who:
        return _own(db, call)
    if call.role < Role.OPERATOR:
        raise NotAllowedError("errors/not_allowed", command="points", needed=Role.OPERATOR.label)
    contact_id = find_person(db, call, who)
    return _correct(db, call, contact_id, change, " ".join(why)) if change else _history(db, call, contact_id)


def _own(db: Db, call: Call) -> Reply:
    rules, have = call.house.charter.customs.points, points.balance(db, call.account_id, call.talker_id)
    ways = (
        ("checkin", rules.checkin),
        ("first_words", rules.first_words),
        ("story", rules.story),
        ("invitation", rules.invitation),
    )
    offered = _offered(db, call)
    return Reply(
        "points",
        {
            "points": have,
            "today": points.earned(db, call.account_id, call.talker_id, local_day(call)),
            "cap": rules.daily_cap,
            "badges": [badge.name for badge in badges.of(db, call.account_id, call.talker_id)],
            "ways": [{"rule": rule, "points": amount} for rule, amount in ways if amount],
            "days": rules.invitation_days,
            "waiting": [item.title for item in redemptions.asked(db, call.account_id, call.talker_id)],
            "buys": [reward for reward in offered if reward.cost <= have],
            "next": next((reward for reward in offered if reward.cost > have), None),
        },
        mention=True,
    )


def _offered(db: Db, call: Call) -> list[Reward]:
    """What is on the shelf, the cheapest first."""
    rewards = call.house.charter.customs.rewards.values()
    left = redemptions.left(db, call.account_id, rewards)
    return sorted((reward for reward in rewards if left[reward.slug] != 0), key=lambda reward: reward.cost)


def _history(db: Db, call: Call, contact_id: str) -> Reply:
    data = {
        "name": members.name_of(db, call.account_id, call.room_id, contact_id) or contact_id,
        "points": points.balance(db, call.account_id, contact_id),
        "badges": [badge.name for badge in badges.of(db, call.account_id, contact_id)],
        "entries": last_entries(db, call, contact_id),
    }
    return Reply("points_history", data)


def last_entries(db: Db, call: Call, contact_id: str) -> list[dict[str, object]]:
    """A person's last changes, newest first; `by` names who made one by hand."""
    return [
        {
            "day": entry.day,
            "amount": entry.amount,
            "rule": entry.rule,
            "note": entry.note,
            "by": person(db, call, entry.by) if entry.by != contact_id else "",
            "reversed": entry.reversed,
        }
        for entry in points.history(db, call.account_id, contact_id, SHOWN)
    ]


def _correct(db: Db, call: Call, contact_id: str, change: str, why: str) -> Reply:
    """Set a balance right by hand; it stays at or above zero."""
    said = _CHANGE.fullmatch(change)
    amount = int(said[2]) * (1 if said[1] in "+＋" else -1) if said else 0
    if not amount:
        raise UsageError("errors/usage", command="points")
    name = members.name_of(db, call.account_id, call.room_id, contact_id) or contact_id
    room_id, note = call.room.room_id if call.room else "", visible(why)
    subject = f"{CORRECT}:{call.message_id}"
    entry = Payment(contact_id, CORRECT, subject, amount, room_id, local_day(call), note, call.talker_id)
    have = points.balance(db, call.account_id, contact_id)
    if not points.take(db, call.account_id, entry, call.now):
        raise SpeakerError("errors/points_short", name=name, points=have, amount=-amount)
    return Reply("points_corrected", {"name": name, "amount": amount, "points": have + amount, "note": note})
