"""Everybody in some rooms as segments see them, and which part of a room an audience speaks of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from bot.core.profile import Profile
from bot.core.room import Room
from bot.policy import audience
from bot.policy.charter import Charter
from bot.policy.room_rules import rules_of
from bot.policy.segment import parse
from bot.policy.text import for_matching
from storage import person_facts
from storage.person_facts import Seat
from storage.store import Db

LATELY = timedelta(days=30)
"""What `words30` counts."""

LONG_AGO = 100_000
"""Days since somebody came who was there before the bot: longer than any expression asks for."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who is in some rooms, staff left out, with the facts that were asked for.

    `seats` are by contact id; `present` are those of one room, by room id.
    """

    seats: Mapping[str, Sequence[Seat]]
    present: Mapping[str, Mapping[str, Seat]]
    _facts: _Facts

    def everybody(self) -> Iterator[Profile]:
        """Each person once: what they said, and when they came, is reckoned over all these rooms."""
        return (self._facts.person(contact_id, seats) for contact_id, seats in self.seats.items())

    def within(self, room_id: str) -> Iterator[Profile]:
        """The members of one room as they are there; it does not matter which other rooms were asked about."""
        here = self.present.get(room_id, {})
        return (self._facts.person(contact_id, (seat,)) for contact_id, seat in here.items())


def crowd(
    db: Db, account_id: str, charter: Charter, rooms: Sequence[Room], asks: Collection[str], now: datetime
) -> Crowd:
    """Everybody who is in these rooms now, with the facts for the terms in `asks`; others keep their defaults."""
    ids, today = [room.room_id for room in rooms], charter.rules.hours.local_day(now)
    of = person_facts.Reading(db, account_id, ids)
    facts = _Facts(
        rows=of.contacts(),
        tags=of.tags(now) if "tag" in asks else {},
        words=of.words() if "words" in asks else {},
        words30=of.words(today - LATELY) if "words30" in asks else {},
        birthdays=of.birthdays(today, charter.customs.feb_29) if "birthday" in asks else {},
        streaks=of.streaks(today) if "streak" in asks else {},
        names={room.room_id: names_of(room) for room in rooms},
        base=charter.customs.base_tier,
        now=now,
    )
    seats, present = of.seats(), defaultdict[str, dict[str, Seat]](dict)
    for contact_id, theirs in seats.items():
        for seat in theirs:
            present[seat.room_id][contact_id] = seat
    return Crowd(seats, present, facts)


def shares(
    db: Db, account_id: str, charter: Charter, rooms: Sequence[Room], now: datetime
) -> Mapping[str, Mapping[str, float]]:
    """By room: which part of its members satisfies each audience of the library that speaks of members.

    Without such an audience nothing is looked up. A room whose settings cannot be read has no shares.
    """
    asked = audience.asked_of_members(charter.library.values())
    if not asked or not rooms:
        return {}
    there = crowd(db, account_id, charter, rooms, frozenset().union(*(parse(text).asks() for text in asked)), now)
    found = {}
    for room in rooms:
        rules = rules_of(room.settings, charter.rules)
        if rules is not None:
            members = tuple(there.within(room.room_id))
            found[room.room_id] = {text: audience.share(text, members, rules.tags) for text in asked}
    return found


def names_of(room: Room) -> frozenset[str]:
    """What a room goes by in an expression."""
    return frozenset({for_matching(room.room_id), for_matching(room.name).strip()})


@dataclass(frozen=True, slots=True)
class _Facts:
    """Everything read. What was said is by (room id, contact id), what is the person's own by contact id."""

    rows: Mapping[str, Any]
    tags: Mapping[str, frozenset[str]]
    words: Mapping[tuple[str, str], int]
    words30: Mapping[tuple[str, str], int]
    birthdays: Mapping[str, int]
    streaks: Mapping[tuple[str, str], int]
    names: Mapping[str, frozenset[str]]
    base: str
    now: datetime

    def person(self, contact_id: str, seats: Sequence[Seat]) -> Profile:
        """Somebody as they are in the rooms of these seats."""
        _id, name, unsubscribed_at, points, tier, orders, spent = self.rows[contact_id]
        first = min(seat.first_seen_at for seat in seats)
        last = max((seat.last_seen_at for seat in seats if seat.last_seen_at), default=first)
        joins = [seat.joined_at for seat in seats if seat.joined_at]
        return Profile(
            contact_id=contact_id,
            name=name,
            tags=self.tags.get(contact_id, frozenset()),
            rooms=_together(tuple(self.names[seat.room_id] for seat in seats)),
            tier=_folded(tier or self.base),
            silent=(self.now - last).days,
            # Somebody who sat in one of the rooms before the bot did has been there for long.
            joined=(self.now - min(joins)).days if len(joins) == len(seats) else LONG_AGO,
            words=_total(self.words, contact_id, seats),
            words30=_total(self.words30, contact_id, seats),
            points=points,
            spent=spent,
            orders=orders,
            streak=max(self.streaks.get((seat.room_id, contact_id), 0) for seat in seats) if self.streaks else 0,
            birthday=self.birthdays.get(contact_id),
            unsubscribed=unsubscribed_at is not None,
        )


def _total(counts: Mapping[tuple[str, str], int], contact_id: str, seats: Sequence[Seat]) -> int:
    return sum(counts.get((seat.room_id, contact_id), 0) for seat in seats) if counts else 0


@cache
def _together(rooms: tuple[frozenset[str], ...]) -> frozenset[str]:
    return frozenset().union(*rooms)


@cache
def _folded(tier: str) -> str:
    return for_matching(tier).strip()
