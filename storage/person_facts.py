"""The facts that segments compare, of everybody in some rooms: one query each, however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlmodel import col, func, or_, select

from bot.core.birthday import Calendar, YearlyDate
from bot.policy import anniversary
from bot.policy.streaks import streak
from storage import checkins, punch_records
from storage.store import Db
from storage.tables import BirthdayRow, ContactRow, DayCountRow, MembershipRow, OperatorRow, TagRow

_FAR = 1000
"""More days than any birthday is away."""


class Seat(NamedTuple):
    """Somebody's place in a room; `joined_at` is None for who was there before the bot."""

    room_id: str
    joined_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime | None


class Reading:
    """Reads about who is in these rooms now. Columns rather than rows: a hundred thousand people are read at once."""

    def __init__(self, db: Db, account_id: str, room_ids: Sequence[str]) -> None:
        self._db, self._account, self._rooms = db, account_id, list(room_ids)

    def seats(self) -> Mapping[str, list[Seat]]:
        """Where everybody sits, by contact id; staff are left out."""
        staff = select(OperatorRow.contact_id).where(OperatorRow.account_id == self._account)
        columns = (col(MembershipRow.room_id), col(MembershipRow.joined_at), col(MembershipRow.first_seen_at))
        query = self._people().add_columns(*columns, col(MembershipRow.last_seen_at))
        found: dict[str, list[Seat]] = defaultdict(list)
        for contact_id, *seat in self._db.execute(query.where(col(MembershipRow.contact_id).not_in(staff))):
            found[contact_id].append(Seat(*seat))
        return found

    def contacts(self) -> Mapping[str, Any]:
        """(contact id, name, unsubscribed at, points, tier, orders, spent cents) by contact id."""
        columns = (
            *(col(ContactRow.contact_id), col(ContactRow.name), col(ContactRow.unsubscribed_at)),
            *(col(ContactRow.points), col(ContactRow.tier), col(ContactRow.orders), col(ContactRow.spent_cents)),
        )
        query = select(ContactRow).with_only_columns(*columns)
        return {row[0]: row for row in self._db.execute(self._theirs(query, ContactRow))}

    def tags(self, now: datetime) -> Mapping[str, frozenset[str]]:
        """The tags that hold now, by contact id."""
        holds = or_(col(TagRow.expires_at).is_(None), col(TagRow.expires_at) > now)
        query = self._theirs(select(TagRow.contact_id, TagRow.tag), TagRow)
        found: dict[str, list[str]] = defaultdict(list)
        for contact_id, tag in self._db.execute(query.where(col(TagRow.removed_at).is_(None), holds)):
            found[contact_id].append(tag)
        return {contact_id: frozenset(tags) for contact_id, tags in found.items()}

    def words(self, after: date | None = None) -> Mapping[tuple[str, str], int]:
        """How many messages each has said, after that local day or ever, by (room id, contact id)."""
        key = (col(DayCountRow.room_id), col(DayCountRow.contact_id))
        query = select(*key, func.sum(col(DayCountRow.messages))).where(
            col(DayCountRow.account_id) == self._account, key[0].in_(self._rooms)
        )
        if after is not None:
            query = query.where(col(DayCountRow.day) > after.isoformat())
        return {(room_id, contact_id): int(n) for room_id, contact_id, n in self._db.execute(query.group_by(*key))}

    def birthdays(self, today: date, feb_29: str) -> Mapping[str, int]:
        """Days to the next birthday of each person, their pets' and children's too, by contact id."""
        fields = (col(BirthdayRow.calendar), col(BirthdayRow.month), col(BirthdayRow.day), col(BirthdayRow.leap))
        query = self._theirs(
            select(BirthdayRow).with_only_columns(col(BirthdayRow.contact_id), *fields), BirthdayRow
        ).where(col(BirthdayRow.removed_at).is_(None))

        @cache
        def away(calendar: str, month: int, day: int, leap: bool) -> int:
            on = YearlyDate(Calendar(calendar), month, day, leap)
            return (anniversary.coming(on, today, feb_29).day - today).days

        found: dict[str, int] = {}
        for contact_id, *on in self._db.execute(query):
            found[contact_id] = min(away(*on), found.get(contact_id, _FAR))
        return found

    def streaks(self, today: date) -> Mapping[tuple[str, str], int]:
        """The longest row of check-ins each is in, of all campaigns that run, by (room id, contact id)."""
        by_room = checkins.running(self._db, self._account)
        running = {campaign.id: campaign for room_id in self._rooms for campaign in by_room.get(room_id, ())}
        found: dict[tuple[str, str], int] = {}
        held = punch_records.records(self._db, self._account, running) if running else {}
        for (campaign_id, contact_id), record in held.items():
            key = (running[campaign_id].room_id, contact_id)
            found[key] = max(streak(running[campaign_id], record.marks, today), found.get(key, 0))
        return found

    def _people(self) -> Any:
        return select(MembershipRow.contact_id).where(
            MembershipRow.account_id == self._account,
            col(MembershipRow.room_id).in_(self._rooms),
            col(MembershipRow.left_at).is_(None),
        )

    def _theirs(self, query: Any, table: Any) -> Any:
        """What is on file about those who are there."""
        return query.where(table.account_id == self._account, table.contact_id.in_(self._people()))
