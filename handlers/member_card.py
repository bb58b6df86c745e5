"""A person's card: everything the house remembers of them, short enough to be read in chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.member import Member, Person, Tag
from bot.core.purchase import yuan
from bot.core.reply import Audience, Reply
from bot.policy.command import Call
from handlers.local_day import local_day
from handlers.shown import person as named
from storage import badges, birthdays, checkins, members, messages, tiers, wishes
from storage.store import Db


@dataclass(frozen=True, slots=True)
class Most:
    """So many of each are shown."""

    rooms: int
    tags: int
    wishes: int
    birthdays: int
    campaigns: int


CHAT = Most(rooms=8, tags=12, wishes=8, birthdays=8, campaigns=5)
"""What fits a message; the rest is in the export."""


def show_card(db: Db, call: Call, contact_id: str) -> Reply:
    """Who they are, where they are, what they say, wish and celebrate, what they have, and what they agreed to."""
    return Reply("member", card(db, call, contact_id, CHAT), to=Audience.ASKER)


def card(db: Db, call: Call, contact_id: str, most: Most) -> Mapping[str, object]:
    """The same as plain data. `LookupError` for somebody nobody knows."""
    if not members.known(db, call.account_id, contact_id):
        raise LookupError(f"nobody has the id {contact_id!r}")
    found = members.person(db, call.account_id, contact_id, call.house.zone, call.now)
    return {**_who(db, call, found, most), **_heart(db, call, found, most), **_counter(db, call, found, most)}


def _who(db: Db, call: Call, found: Person, most: Most) -> Mapping[str, object]:
    return {
        "id": found.contact_id,
        "name": found.display_name,
        "number": found.member_no,
        "rooms": [_room(db, call, member) for member in found.rooms[: most.rooms]],
        "more_rooms": max(0, len(found.rooms) - most.rooms),
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


def _heart(db: Db, call: Call, found: Person, most: Most) -> Mapping[str, object]:
    """Tags with what they rest on, wishes, and birthdays without a year."""
    stated = wishes.of(db, call.account_id, found.contact_id)
    kept = birthdays.of(db, call.account_id, found.contact_id)
    return {
        "tags": [_tag(db, call, tag) for tag in found.tags[: most.tags]],
        "more_tags": max(0, len(found.tags) - most.tags),
        "wishes": [{"said": wish.said, "kept": wish.kept, "days": wish.days} for wish in stated[: most.wishes]],
        "birthdays": [
            {
                "whose": item.whose.value,
                "name": item.name,
                "date": item.date,
                "private": item.private,
            }
            for item in kept[: most.birthdays]
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
        "until": tag.expires_at,
        "said": messages.text_of(db, call.account_id, tag.message_id) if tag.message_id else "",
    }


def _counter(db: Db, call: Call, found: Person, most: Most) -> Mapping[str, object]:
    """What they have and what they bought."""
    tier = tiers.of(db, call.account_id, found.contact_id)
    taken = checkins.summary(db, call.account_id, found.contact_id, local_day(call))
    return {
        "points": found.points,
        "badges": [badge.name for badge in badges.of(db, call.account_id, found.contact_id)],
        "campaigns": [
            {
                "title": item.title,
                "room": item.room,
                "streak": item.streak,
                "longest": item.longest,
                "total": item.total,
                "running": item.running,
                "daily": item.daily,
            }
            for item in taken[: most.campaigns]
        ],
        "tier": tier.name,
        "tier_rule": tier.rule,
        "tier_by": named(db, call, tier.by),
        "orders": tier.figures.orders,
        "spent": yuan(tier.figures.spent_cents),
        "last_order": tier.figures.last_order_at,
        "days": call.house.charter.customs.tier_span.days,
    }
