"""Queries about tags and what they rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, tuple_
from sqlmodel import col, func, insert, or_, select, update

from bot.core.member import Tag
from bot.policy.tag_rules import TagHit
from storage.store import Db
from storage.tables import MembershipRow, TagRow

BY_HAND = "operator"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What gives a person a tag: a rule met by one message, or what they did often enough.

    `source` is "rule", "behaviour" or "import". Each rule's evidence counts once; `times` is how often something was
    done in all, where that is counted elsewhere.
    """

    contact_id: str
    tag: str
    rule: str
    room_id: str | None
    message_id: str
    why: str
    at: datetime
    expires_at: datetime | None
    source: str = "rule"
    times: int = 0


@dataclass(frozen=True, slots=True)
class Removed:
    """A tag that a person has taken off; no rule brings it back."""

    name: str
    by: str
    at: datetime


def met(db: Db, account_id: str, evidence: Iterable[Evidence]) -> list[Evidence]:
    """Assign or refresh tags; returns the evidence that was new to the person.

    What somebody set or removed by hand is left as they wished. A tag that holds already from another source is left
    to it; one that has expired begins anew with the first evidence of any.
    """
    groups: dict[tuple[str, str], list[Evidence]] = {}
    for item in sorted(evidence, key=lambda item: item.at):
        groups.setdefault((item.contact_id, item.tag), []).append(item)
    known = _known(db, account_id, list(groups))
    new = [items for key, items in groups.items() if key not in known]
    again = [
        (items, stands)
        for key, items in groups.items()
        if (stands := known.get(key)) is not None and _open_to(stands, items[-1])
    ]
    if new:
        db.exec(insert(TagRow), params=[_new(account_id, items) for items in new])
    if again:
        db.exec(update(TagRow), params=[_refreshed(account_id, items, stands) for items, stands in again])
    return [items[-1] for items in new]


def by_rules(
    hits: Iterable[TagHit], *, contact_id: str, room_id: str | None, message_id: str, at: datetime
) -> list[Evidence]:
    """What a message is evidence of, by the rules it met."""
    return [
        Evidence(
            contact_id=contact_id,
            tag=hit.tag,
            rule=hit.rule.id,
            room_id=room_id,
            message_id=message_id,
            why=hit.rule.why,
            at=at,
            expires_at=at + hit.rule.expires if hit.rule.expires else None,
        )
        for hit in hits
    ]


def columns(account_id: str, item: Evidence) -> dict[str, Any]:
    """What a tag's row says of its newest evidence."""
    return {
        "account_id": account_id,
        "contact_id": item.contact_id,
        "tag": item.tag,
        "rule": item.rule,
        "room_id": item.room_id,
        "message_id": item.message_id,
        "why": item.why,
        "seen_at": item.at,
        "expires_at": item.expires_at,
        "source": item.source,
    }


def add(db: Db, account_id: str, contact_id: str, tag: str, *, by: str, now: datetime) -> bool:
    """Set a tag by hand; False when it is already there by hand."""
    row = db.get(TagRow, (account_id, contact_id, tag))
    if row is not None and row.source == "operator" and row.removed_at is None:
        return False
    if row is None:
        row = TagRow(
            account_id=account_id, contact_id=contact_id, tag=tag, source="operator", assigned_at=now, seen_at=now
        )
        db.add(row)
    row.source, row.assigned_by, row.assigned_at, row.seen_at = "operator", by, now, now
    row.rule, row.message_id, row.why, row.times, row.expires_at = "", "", "", 1, None
    row.removed_at, row.removed_by = None, ""
    return True


def remove(db: Db, account_id: str, contact_id: str, tag: str, *, by: str, now: datetime) -> bool:
    """Take a tag off for good; False when the person does not have it."""
    row = db.get(TagRow, (account_id, contact_id, tag))
    if row is None or row.removed_at is not None or (row.expires_at is not None and row.expires_at <= now):
        return False
    row.removed_at, row.removed_by = now, by
    return True


def of(db: Db, account_id: str, contact_id: str, now: datetime) -> tuple[Tag, ...]:
    """The person's tags that hold at `now`, newest evidence first."""
    query = select(TagRow).where(TagRow.account_id == account_id, TagRow.contact_id == contact_id, _holds(now))
    rows = sorted(db.exec(query), key=lambda row: (row.seen_at, row.tag), reverse=True)
    return tuple(
        Tag(row.tag, row.source, row.rule, row.message_id, row.why, row.assigned_at, row.expires_at, row.times)
        for row in rows
    )


def removed(db: Db, account_id: str, contact_id: str) -> tuple[Removed, ...]:
    """What somebody has taken off the person, the last first."""
    query = select(TagRow.tag, TagRow.removed_by, TagRow.removed_at).where(
        TagRow.account_id == account_id, TagRow.contact_id == contact_id, col(TagRow.removed_at).is_not(None)
    )
    found = [Removed(tag, by, at) for tag, by, at in db.exec(query) if at is not None]
    return tuple(sorted(found, key=lambda item: (item.at, item.name), reverse=True))


def names(db: Db, account_id: str, now: datetime, contact_ids: Collection[str] | None = None) -> dict[str, list[str]]:
    """The tags that hold at `now` by person, of everybody or of these, in the order of their names."""
    query = select(TagRow.contact_id, TagRow.tag).where(TagRow.account_id == account_id, _holds(now))
    if contact_ids is not None:
        query = query.where(col(TagRow.contact_id).in_(contact_ids))
    held: dict[str, list[str]] = {}
    for contact_id, tag in sorted(db.exec(query)):
        held.setdefault(contact_id, []).append(tag)
    return held


def counts(db: Db, account_id: str, room_id: str | None, now: datetime) -> Counter[str]:
    """How many people have each tag, in one room or in all."""
    query = select(TagRow.tag, TagRow.contact_id).where(TagRow.account_id == account_id, _holds(now))
    if room_id is not None:
        members = select(MembershipRow.contact_id).where(
            MembershipRow.account_id == account_id, MembershipRow.room_id == room_id
        )
        query = query.where(col(TagRow.contact_id).in_(members))
    return Counter(tag for tag, _contact in db.exec(query))


def sources(db: Db, account_id: str, now: datetime) -> dict[str, Counter[tuple[str, str]]]:
    """How many people have each tag, by what gave it to them: (source, rule)."""
    query = (
        select(TagRow.tag, TagRow.source, TagRow.rule, func.count())
        .where(TagRow.account_id == account_id, _holds(now))
        .group_by(TagRow.tag, TagRow.source, TagRow.rule)
    )
    found: dict[str, Counter[tuple[str, str]]] = {}
    for tag, source, rule, people in db.execute(query):
        found.setdefault(tag, Counter())[source, rule] = people
    return found


@dataclass(frozen=True, slots=True)
class _Stands:
    """What the row of a tag says that nobody set or removed by hand."""

    source: str
    times: int
    assigned_at: datetime
    seen_at: datetime
    expires_at: datetime | None


def _known(db: Db, account_id: str, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], _Stands | None]:
    """How these (contact, tag) stand; None where a person has the last word. One query for a whole batch."""
    if not keys:
        return {}
    query = (
        select(TagRow)
        .where(TagRow.account_id == account_id, tuple_(col(TagRow.contact_id), col(TagRow.tag)).in_(keys))
        .with_only_columns(
            *(col(TagRow.contact_id), col(TagRow.tag), col(TagRow.source), col(TagRow.removed_at)),
            *(col(TagRow.times), col(TagRow.assigned_at), col(TagRow.seen_at), col(TagRow.expires_at)),
        )
    )
    return {
        (contact, tag): _Stands(source, *stands) if source != BY_HAND and removed is None else None
        for contact, tag, source, removed, *stands in db.execute(query)
    }


def _open_to(stands: _Stands, item: Evidence) -> bool:
    """Whether the tag is this source's to refresh: it gave the tag, or the tag has expired meanwhile."""
    return stands.source == item.source or (stands.expires_at is not None and item.at >= stands.expires_at)


def _holds(now: datetime) -> ColumnElement[bool]:
    return col(TagRow.removed_at).is_(None) & or_(col(TagRow.expires_at).is_(None), col(TagRow.expires_at) > now)


def _refreshed(account_id: str, items: Sequence[Evidence], stands: _Stands) -> dict[str, Any]:
    """More evidence for a tag the person has: it begins anew if it had expired, and never goes back in time."""
    newest = items[-1]
    key = {"account_id": account_id, "contact_id": newest.contact_id, "tag": newest.tag}
    if newest.at < stands.seen_at:
        return {**key, "times": newest.times or stands.times + len(items)}
    expired = stands.expires_at
    anew = [item for item in items if expired is not None and item.at >= expired]
    return {
        **columns(account_id, newest),
        "times": newest.times or (len(anew) if anew else stands.times + len(items)),
        "assigned_at": anew[0].at if anew else stands.assigned_at,
    }


def _new(account_id: str, items: Sequence[Evidence]) -> dict[str, Any]:
    blank = {"assigned_by": "", "removed_by": ""}
    times = items[-1].times or len(items)
    return {**columns(account_id, items[-1]), **blank, "times": times, "assigned_at": items[0].at}
