"""Everybody in some rooms, asked term by term: each is one question to the database, answered with a set of ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true, type_coerce
from sqlmodel import col

from bot.core.room import Room
from bot.policy.charter import Charter
from bot.policy.gathering import Span
from bot.policy.segment_term import ROOM, TAG, TIER
from bot.policy.text import for_matching
from storage import person_facts, picked
from storage.segments import LATELY, LONG_AGO, names_of
from storage.store import Db
from storage.tables import ContactRow, DayCountRow, MembershipRow, OperatorRow, TagRow
from storage.types import BigId, to_ms

_DAY_MS = 86_400_000
_COLUMNS = {"points": ContactRow.points, "orders": ContactRow.orders, "spent": ContactRow.spent_cents}


class Gathering:
    """Who is in these rooms now, staff left out; each answer is looked up once."""

    def __init__(self, db: Db, account_id: str, charter: Charter, rooms: Sequence[Room], now: datetime) -> None:
        self._db, self._account, self._charter, self._now = db, account_id, charter, now
        self._rooms, self._ids = rooms, [room.room_id for room in rooms]
        self._today = charter.rules.hours.local_day(now)
        self._reading = person_facts.Reading(db, account_id, self._ids)
        self.everybody = cache(self._everybody)
        self.having = cache(self._having)
        self.counting = cache(self._counting)

    def by_room(self, wanted: frozenset[str]) -> Counter[str]:
        """How many of these people are in each room, by room id."""
        query = self._seats(MembershipRow.room_id, MembershipRow.contact_id)
        return Counter(room_id for room_id, contact_id in self._db.execute(query) if contact_id in wanted)

    def _everybody(self) -> frozenset[str]:
        return self._those(self._seats(MembershipRow.contact_id).where(self._no_staff()).distinct())

    def _having(self, term: str, value: str) -> frozenset[str]:
        if term == TAG:
            holds = col(TagRow.removed_at).is_(None) & or_(
                col(TagRow.expires_at).is_(None), col(TagRow.expires_at) > self._now
            )
            query = select(col(TagRow.contact_id)).where(
                col(TagRow.account_id) == self._account, col(TagRow.tag) == value, holds
            )
            return self._those(query) & self.everybody()
        if term == ROOM:
            meant = [room.room_id for room in self._rooms if value in names_of(room)]
            return self._those(self._seats(MembershipRow.contact_id, within=meant)) & self.everybody()
        if term == TIER:
            return self._contacts(col(ContactRow.tier).in_(self._tiers(value)))
        return self._contacts(col(ContactRow.unsubscribed_at).is_not(None))

    def _counting(self, term: str, span: Span) -> frozenset[str]:
        if term in _COLUMNS:
            return self._contacts(_between(col(_COLUMNS[term]), span))
        counts: Mapping[str, Callable[[Span], frozenset[str]]] = {
            "silent": self._silent,
            "joined": self._joined,
            "words": lambda span: self._words(span, None),
            "words30": lambda span: self._words(span, self._today - LATELY),
            "streak": self._streak,
            "birthday": self._birthday,
        }
        return counts[term](span) & self.everybody()

    def _silent(self, span: Span) -> frozenset[str]:
        spoke, came = func.max(_ms(MembershipRow.last_seen_at)), func.min(_ms(MembershipRow.first_seen_at))
        return self._grouped(self._ago(func.coalesce(spoke, came), span))

    def _joined(self, span: Span) -> frozenset[str]:
        """Somebody who sat in one of the rooms before the bot did has been there for long."""
        joined = _ms(MembershipRow.joined_at)
        known = func.count(joined) == func.count()
        long_ago = true() if LONG_AGO in span else false()
        return self._grouped(or_(and_(known, self._ago(func.min(joined), span)), and_(~known, long_ago)))

    def _words(self, span: Span, after: date | None) -> frozenset[str]:
        """What was said in the rooms where somebody still is."""
        key = (col(DayCountRow.room_id), col(DayCountRow.contact_id))
        said = select(*key, func.sum(col(DayCountRow.messages)).label("words")).where(
            col(DayCountRow.account_id) == self._account, key[0].in_(self._ids)
        )
        if after is not None:
            said = said.where(col(DayCountRow.day) > after.isoformat())
        sums = said.group_by(*key).subquery()
        there = and_(
            col(MembershipRow.account_id) == self._account,
            col(MembershipRow.room_id) == sums.c.room_id,
            col(MembershipRow.contact_id) == sums.c.contact_id,
            col(MembershipRow.left_at).is_(None),
        )
        grouped = select(sums.c.contact_id).join(MembershipRow, there).group_by(sums.c.contact_id)
        return self._or_nothing(span, lambda which: self._those(grouped.having(which(func.sum(sums.c.words)))))

    def _streak(self, span: Span) -> frozenset[str]:
        rows = self._reading.streaks(self._today)
        query = self._seats(MembershipRow.room_id, MembershipRow.contact_id)
        people = {contact_id for _room_id, contact_id in rows}
        longest: dict[str, int] = {}
        for room_id, contact_id in self._db.execute(query) if rows else ():
            if contact_id in people:
                longest[contact_id] = max(rows.get((room_id, contact_id), 0), longest.get(contact_id, 0))
        if 0 not in span:
            return frozenset(contact_id for contact_id, row in longest.items() if row in span)
        return self.everybody() - {contact_id for contact_id, row in longest.items() if row not in span}

    def _birthday(self, span: Span) -> frozenset[str]:
        coming = self._reading.birthdays(self._today, self._charter.customs.feb_29)
        return frozenset(contact_id for contact_id, days in coming.items() if days in span)

    def _or_nothing(
        self, span: Span, find: Callable[[Callable[[Any], ColumnElement[bool]]], frozenset[str]]
    ) -> frozenset[str]:
        """Who has no rows has nothing: where that is meant, everybody but those whose rows come to something else."""
        if 0 not in span:
            return find(lambda count: _between(count, span))
        return self.everybody() - find(lambda count: ~_between(count, span))

    def _tiers(self, folded: str) -> Sequence[str]:
        """The tiers as they are written that this one is; who has none is in the base one."""
        query = select(col(ContactRow.tier)).where(col(ContactRow.account_id) == self._account).distinct()
        base = self._charter.customs.base_tier
        return [tier for tier in self._db.scalars(query) if for_matching(tier or base).strip() == folded]

    def _contacts(self, condition: ColumnElement[bool]) -> frozenset[str]:
        query = select(col(ContactRow.contact_id)).where(col(ContactRow.account_id) == self._account, condition)
        return self._those(query) & self.everybody()

    def _grouped(self, condition: ColumnElement[bool]) -> frozenset[str]:
        return self._those(self._seats(MembershipRow.contact_id).group_by(MembershipRow.contact_id).having(condition))

    def _ago(self, moment: Any, span: Span) -> ColumnElement[bool]:
        """So many whole days before now."""
        now = to_ms(self._now)
        latest = true() if span.least is None else moment <= now - span.least * _DAY_MS
        return and_(latest, true() if span.below is None else moment > now - span.below * _DAY_MS)

    def _seats(self, *columns: Any, within: Sequence[str] | None = None) -> Any:
        return picked.seats(self._account, self._ids if within is None else within, *columns)

    def _no_staff(self) -> ColumnElement[bool]:
        staff = select(col(OperatorRow.contact_id)).where(col(OperatorRow.account_id) == self._account)
        return col(MembershipRow.contact_id).not_in(list(self._db.scalars(staff)))

    def _those(self, query: Any) -> frozenset[str]:
        return frozenset(self._db.scalars(query))


def _ms(column: Any) -> Any:
    """A time as the number that it is in the database."""
    return type_coerce(col(column), BigId)


def _between(number: Any, span: Span) -> ColumnElement[bool]:
    least = true() if span.least is None else number >= span.least
    return and_(least, true() if span.below is None else number < span.below)
