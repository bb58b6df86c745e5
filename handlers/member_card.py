"""A person's card: everything the house remembers of them, short enough to be read in chat."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.member import Member, Person, Tag
from bot.core.purchase import yuan
from bot.core.reply import Audience, Reply
from bot.policy.command import Call
from handlers.local_day import local_day
from handlers.shown import person as named
from storage import badges, birthdays, checkins, members, messages, tiers, wishes
from storage.store import Db

ROOMS, TAGS, WISHES, BIRTHDAYS, CAMPAIGNS = 8, 12, 8, 8, 5
"""So many of each are shown; the rest is in the export."""


def show_card(db: Db, call: Call, contact_id: str) -> Reply:
    """Who they are, where they are, what they say, wish and celebrate, what they have, and what they agreed to."""
    found = members.person(db, call.account_id, contact_id, call.house.zone, call.now)
    data = {**_who(db, call, found), **_heart(db, call, found), **_counter(db, call, found)}
    return Reply("member", data, to=Audience.ASKER)


def _who(db: Db, call: Call, found: Person) -> Mapping[str, object]:
    return {
        "id": found.contact_id,
        "name": found.display_name,
        "number": found.member_no,
        "rooms": [_room(db, call, member) for member in found.rooms[:ROOMS]],
        "more_rooms": max(0, len(found.rooms) - ROOMS),
        "words": found.messages,
        "month": found.month,
        "today": found.today,
        "first": found.first_words_at,
        "last": found.last_words_at,
        "told": found.told_at,
        "unsubscribed": found.unsubscribed_at,
    }


def _room(db: Db, call: Call, member: Member) -> Mapping[str, object]:
    return {
        "room": member.room,
        "alias": member.alias,
        "joined": member.joined_at,
        "inviter": named(db, call, member.inviter_id),
        "left": member.left_at,
        "words": member.messages,
    }


def _heart(db: Db, call: Call, found: Person) -> Mapping[str, object]:
    """Tags with what they rest on, wishes, and birthdays without a year."""
    stated = wishes.of(db, call.account_id, found.contact_id)
    kept = birthdays.of(db, call.account_id, found.contact_id)
    return {
        "tags": [_tag(db, call, tag) for tag in found.tags[:TAGS]],
        "more_tags": max(0, len(found.tags) - TAGS),
        "wishes": [{"said": wish.said, "kept": wish.kept, "days": wish.days} for wish in stated[:WISHES]],
        "birthdays": [
            {
                "whose": item.whose.value,
                "name": item.name,
                "lunar": item.calendar.value == "lunar",
                "leap": item.leap,
                "month": item.month,
                "day": item.day,
            }
            for item in kept[:BIRTHDAYS]
        ],
    }


def _tag(db: Db, call: Call, tag: Tag) -> Mapping[str, object]:
    return {
        "name": tag.name,
        "source": tag.source,
        "rule": tag.rule,
        "why": tag.why,
        "times": tag.times,
        "at": tag.assigned_at,
        "said": messages.text_of(db, call.account_id, tag.message_id) if tag.message_id else "",
    }


def _counter(db: Db, call: Call, found: Person) -> Mapping[str, object]:
    """What they have and what they bought."""
    tier = tiers.of(db, call.account_id, found.contact_id)
    taken = checkins.summary(db, call.account_id, found.contact_id, local_day(call))
    return {
        "points": found.points,
        "badges": [badge.name for badge in badges.of(db, call.account_id, found.contact_id)],
        "campaigns": [
            {
                "title": item.title,
                "streak": item.streak,
                "longest": item.longest,
                "total": item.total,
                "running": item.running,
                "daily": item.daily,
            }
            for item in taken[:CAMPAIGNS]
        ],
        "tier": tier.name,
        "tier_rule": tier.rule,
        "tier_by": named(db, call, tier.by),
        "orders": tier.figures.orders,
        "spent": yuan(tier.figures.spent_cents),
        "last_order": tier.figures.last_order_at,
        "days": call.house.charter.customs.tier_span.days,
    }
