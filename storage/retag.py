"""Queries that read the tags by rule anew out of what people have said; every other tag is left as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, delete, func, insert, select, update

from bot.core.message import MessageKind
from bot.policy.tag_rules import TagRules
from storage import tags
from storage.store import Db
from storage.tables import MessageRow, OperatorRow, TagRow

RULE = "rule"
PAGE = 2000


@dataclass(frozen=True, slots=True)
class Retagged:
    """What a re-run changed: tags given, tags taken because no rule gives them any more, tags whose count changed."""

    messages: int = 0
    given: int = 0
    taken: int = 0
    corrected: int = 0

    def __add__(self, other: Retagged) -> Retagged:
        return Retagged(
            self.messages + other.messages,
            self.given + other.given,
            self.taken + other.taken,
            self.corrected + other.corrected,
        )


@dataclass(slots=True)
class _Earned:
    """A tag as the rules give it, message by message in the order in which they were sent."""

    newest: tags.Evidence
    since: datetime
    times: int = 1

    def add(self, item: tags.Evidence) -> None:
        """One more message; a tag that had expired by then begins anew."""
        expired = self.newest.expires_at is not None and item.at >= self.newest.expires_at
        self.since = item.at if expired else self.since
        self.times = 1 if expired else self.times + 1
        self.newest = item


def people(db: Db, account_id: str, room_id: str | None) -> list[str]:
    """The customers who have spoken in that room, or in any; staff earn no tags."""
    staff = select(OperatorRow.contact_id).where(OperatorRow.account_id == account_id)
    query = (
        select(MessageRow.talker_id)
        .where(MessageRow.account_id == account_id, col(MessageRow.from_self).is_(False))
        .where(col(MessageRow.room_id).is_not(None), col(MessageRow.talker_id).not_in(staff))
        .distinct()
    )
    if room_id is not None:
        query = query.where(MessageRow.room_id == room_id)
    return sorted(db.exec(query))


def rerun(db: Db, account_id: str, contact_ids: Iterable[str], rules: TagRules) -> Retagged:
    """Read all that these people have said, in every room, as if it were heard for the first time.

    Counts are stated anew, never added to. What a person set or removed stays as it is, and so does a tag whose
    message is no longer kept: it cannot be judged any more.
    """
    done = Retagged()
    for contact_id in contact_ids:
        earned: dict[str, _Earned] = {}
        said, first = 0, None
        for item, at in _evidence(db, account_id, contact_id, rules):
            said, first = said + 1, first or at
            for found in item:
                _earn(earned, found)
        if first is not None:
            done += _restate(db, account_id, contact_id, earned, first)
        done += Retagged(messages=said)
    return done


def _earn(earned: dict[str, _Earned], found: tags.Evidence) -> None:
    if found.tag in earned:
        earned[found.tag].add(found)
    else:
        earned[found.tag] = _Earned(found, found.at)


def _evidence(
    db: Db, account_id: str, contact_id: str, rules: TagRules
) -> Iterator[tuple[Sequence[tags.Evidence], datetime]]:
    """What each message earns, and when it was sent, oldest first."""
    query = (
        select(MessageRow.message_id, MessageRow.room_id, MessageRow.text, MessageRow.sent_at)
        .where(MessageRow.account_id == account_id, MessageRow.talker_id == contact_id)
        .where(col(MessageRow.room_id).is_not(None), MessageRow.raw_type == int(MessageKind.TEXT))
        .where(col(MessageRow.from_self).is_(False))
        .order_by(col(MessageRow.sent_at), col(MessageRow.id))
    )
    for message_id, room_id, text, at in db.exec(query.execution_options(yield_per=PAGE)):
        hits = rules.match(text)
        yield tags.by_rules(hits, contact_id=contact_id, room_id=room_id, message_id=message_id, at=at), at


def _restate(db: Db, account_id: str, contact_id: str, earned: Mapping[str, _Earned], first: datetime) -> Retagged:
    """Bring the person's rows to what was earned; `first` is their oldest message that is still kept."""
    query = select(TagRow).where(TagRow.account_id == account_id, TagRow.contact_id == contact_id)
    rows = {row.tag: row for row in db.exec(query)}
    own = {tag: row for tag, row in rows.items() if row.source == RULE and row.removed_at is None}
    new = [_row(account_id, item) for tag, item in earned.items() if tag not in rows]
    again = [_row(account_id, item, own[tag], first) for tag, item in earned.items() if tag in own]
    wrong = [values for values in again if _differs(own[values["tag"]], values)]
    gone = [tag for tag, row in own.items() if tag not in earned and _kept(db, account_id, row.message_id)]
    if new:
        db.exec(insert(TagRow), params=new)
    if wrong:
        db.exec(update(TagRow), params=wrong)
    if gone:
        mine = (col(TagRow.account_id) == account_id) & (col(TagRow.contact_id) == contact_id)
        db.exec(delete(TagRow).where(mine, col(TagRow.tag).in_(gone)))
    # The rows were changed behind the session's back.
    db.expire_all()
    return Retagged(given=len(new), taken=len(gone), corrected=len(wrong))


def _row(account_id: str, item: _Earned, row: TagRow | None = None, first: datetime | None = None) -> dict[str, Any]:
    """The row of a tag. One that rests on messages older than those still kept keeps what it counted then."""
    times, since = item.times, item.since
    if row is not None and first is not None and row.assigned_at < first:
        ended = row.expires_at is not None and row.expires_at <= item.since
        times, since = (times, since) if ended else (max(times, row.times), row.assigned_at)
    blank = {} if row is not None else {"assigned_by": "", "removed_by": ""}
    return {**tags.columns(account_id, item.newest), **blank, "times": times, "assigned_at": since}


def _differs(row: TagRow, values: Mapping[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())


def _kept(db: Db, account_id: str, message_id: str) -> bool:
    query = select(func.count()).where(MessageRow.account_id == account_id, MessageRow.message_id == message_id)
    return db.exec(query).one() > 0
