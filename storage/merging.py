"""How two rows about one person become one: what each knew is kept, and a person's word outranks a rule's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import select

from bot.core.checkin import How
from storage import birthdays, tags, wishes
from storage.store import Db
from storage.tables import (
    BadgeRow,
    BirthdayRow,
    DayCountRow,
    InterestRow,
    MembershipRow,
    PunchRow,
    TagRow,
    WishRow,
)


@dataclass(frozen=True, slots=True)
class Merge:
    """Rows of a table of which a person has one for each `key`; `into(stays, goes)` puts two of them together."""

    table: Any
    key: tuple[str, ...]
    into: Callable[[Any, Any], None]


def merge(db: Db, account_id: str, old: str, new: str, how: Merge) -> dict[int, int]:
    """Everything of `old` is `new`'s; returns which numbered rows went, and the row that has their content now."""
    table, gone = how.table, {}
    rows = db.exec(select(table).where(table.account_id == account_id, table.contact_id.in_([old, new]))).all()
    own = {tuple(getattr(row, name) for name in how.key): row for row in rows if row.contact_id == new}
    for row in rows:
        if row.contact_id != old:
            continue
        stays = own.get(tuple(getattr(row, name) for name in how.key))
        if stays is None:
            row.contact_id = new
            continue
        how.into(stays, row)
        if getattr(row, "id", None) is not None:
            gone[row.id] = stays.id
        db.delete(row)
    db.flush()
    return gone


def _membership(stays: MembershipRow, goes: MembershipRow) -> None:
    """The new id says whether they are there."""
    stays.alias = stays.alias or goes.alias
    stays.inviter_id = stays.inviter_id or goes.inviter_id
    stays.joined_at = _first(stays.joined_at, goes.joined_at)
    stays.first_seen_at = min(stays.first_seen_at, goes.first_seen_at)
    stays.first_words_at = _first(stays.first_words_at, goes.first_words_at)
    stays.last_seen_at = _last(stays.last_seen_at, goes.last_seen_at)
    stays.welcomed_at = _last(stays.welcomed_at, goes.welcomed_at)
    # Somebody the house has known before is no newcomer.
    stays.welcome_at = None


def _day_count(stays: DayCountRow, goes: DayCountRow) -> None:
    stays.messages += goes.messages


def _tag(stays: TagRow, goes: TagRow) -> None:
    """A person's word first; of two words the later one, of two rules the newer evidence."""
    later = max(stays, goes, key=lambda row: (row.source == tags.BY_HAND or row.removed_at is not None, _decided(row)))
    by_hand = later.source == tags.BY_HAND or later.removed_at is not None
    times = later.times if by_hand else stays.times + goes.times
    assigned_at = later.assigned_at if by_hand else min(stays.assigned_at, goes.assigned_at)
    if later is goes:
        _take(stays, goes, "account_id", "contact_id", "tag")
    stays.times, stays.assigned_at = times, assigned_at


def _decided(row: TagRow) -> datetime:
    return row.removed_at or (row.assigned_at if row.source == tags.BY_HAND else row.seen_at)


_SETTLED = (wishes.COUNTING, wishes.ASKED, wishes.DECLINED, wishes.KEPT)


def _wish(stays: WishRow, goes: WishRow) -> None:
    """On whatever days either stated it; what was decided stays decided, the last word counting."""
    days = sorted({*stays.days, *goes.days})
    seen_at = max(stays.seen_at, goes.seen_at)
    decided = [row for row in (stays, goes) if row.decided_at is not None]
    if decided:
        firmer = max(decided, key=lambda row: row.decided_at or row.seen_at)
    else:
        firmer = max(stays, goes, key=lambda row: (_SETTLED.index(row.state), row.seen_at))
    if firmer is goes:
        _take(stays, goes, "account_id", "contact_id", "wish")
    stays.days, stays.seen_at = days, seen_at


def _interest(stays: InterestRow, goes: InterestRow) -> None:
    stays.times += goes.times
    stays.ledger_id, stays.seen_at = max(stays.ledger_id, goes.ledger_id), max(stays.seen_at, goes.seen_at)


def _badge(stays: BadgeRow, goes: BadgeRow) -> None:
    if goes.at < stays.at:
        stays.at, stays.room_id = goes.at, goes.room_id


def _birthday(stays: BirthdayRow, goes: BirthdayRow) -> None:
    """What somebody said outranks a list; then the newer word, also that it is to be no more."""
    later = max(stays, goes, key=lambda row: (row.source != birthdays.IMPORT, row.changed_at))
    created_at = min(stays.created_at, goes.created_at)
    if later is goes:
        _take(stays, goes, "id", "account_id", "contact_id", "whose", "name")
    stays.created_at = created_at


def _punch(stays: PunchRow, goes: PunchRow) -> None:
    """One check-in a day: an operator's entry or removal first, then what was really done, then a leave."""
    better = max(stays, goes, key=_weight)
    won = sorted({*stays.won, *goes.won})
    reached, told_at = stays.reached or goes.reached, _last(stays.told_at, goes.told_at)
    if better is goes:
        _take(stays, goes, "id", "account_id", "contact_id", "campaign_id", "day")
    stays.won, stays.reached, stays.told_at = won, reached, told_at


def _weight(row: PunchRow) -> tuple[bool, bool, float]:
    """The later of an operator's two words, the earlier of a member's."""
    operators = row.removed_at is not None or row.how == How.OPERATOR
    at = (row.removed_at or row.at).timestamp()
    return operators, row.how != How.LEAVE, at if operators else -at


MERGES = (
    Merge(MembershipRow, ("room_id",), _membership),
    Merge(DayCountRow, ("room_id", "day"), _day_count),
    Merge(TagRow, ("tag",), _tag),
    Merge(WishRow, ("wish",), _wish),
    Merge(InterestRow, ("topic",), _interest),
    Merge(BadgeRow, ("badge",), _badge),
    Merge(PunchRow, ("campaign_id", "day"), _punch),
)
BIRTHDAYS = Merge(BirthdayRow, ("whose", "name"), _birthday)


def _take(stays: Any, goes: Any, *but: str) -> None:
    """Every column of the other row but these."""
    for column in stays.__table__.columns:
        if column.key not in but:
            setattr(stays, column.key, getattr(goes, column.key))


def _first(*times: datetime | None) -> datetime | None:
    return min((at for at in times if at is not None), default=None)


def _last(*times: datetime | None) -> datetime | None:
    return max((at for at in times if at is not None), default=None)
