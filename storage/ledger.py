"""The ledger: what was really said in a room, by the bot and by staff, each post with its kind as it was then."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col, delete, func, select

from bot.core.post import PostKind
from bot.core.posted import Posted, Source
from storage.store import Db
from storage.tables import LedgerRow

REPLY = "reply"
"""The kind of an answer: it is no post, but it is something the account has said."""

# Asked for every post: building a statement anew costs more than running it.
_HISTORY = (
    select(LedgerRow.kind, LedgerRow.posted_at, LedgerRow.content, LedgerRow.source)
    .where(
        LedgerRow.account_id == bindparam("account"), LedgerRow.room_id == bindparam("room"), LedgerRow.kind != REPLY
    )
    .order_by(col(LedgerRow.posted_at).desc(), col(LedgerRow.id).desc())
    .limit(bindparam("most"))
)
_SAID = select(func.coalesce(func.sum(LedgerRow.pieces), 0)).where(
    LedgerRow.account_id == bindparam("account"),
    col(LedgerRow.posted_at) >= bindparam("since"),
    LedgerRow.source != Source.STAFF,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A post in the ledger with its number, so that people can speak of it. `at` is aware UTC."""

    id: int
    at: datetime
    kind: PostKind
    source: Source
    content: str
    delivery_id: int | None
    talker_id: str
    message_id: str


def enter(
    db: Db,
    account_id: str,
    room_id: str,
    *,
    kind: str,
    source: Source,
    at: datetime,
    content: str = "",
    delivery_id: int | None = None,
    message_id: str = "",
    talker_id: str = "",
    text_hash: str = "",
    pieces: int = 1,
) -> int:
    """Write down what is being said, with its kind frozen; returns the entry's id. A delivery is entered once."""
    row = LedgerRow(
        account_id=account_id,
        room_id=room_id,
        posted_at=at,
        kind=kind,
        source=source,
        content=content,
        delivery_id=delivery_id,
        message_id=message_id,
        talker_id=talker_id,
        text_hash=text_hash,
        pieces=pieces,
    )
    db.add(row)
    db.flush()
    return row.id or 0


def strike(db: Db, delivery_id: int) -> None:
    """Take back the entry of a post that was not sent."""
    db.exec(delete(LedgerRow).where(col(LedgerRow.delivery_id) == delivery_id))


def retag(db: Db, account_id: str, entry_id: int, kind: PostKind | None) -> bool:
    """Correct the kind of a post by staff; None strikes it, for it was none. False for anything else."""
    query = select(LedgerRow).where(LedgerRow.account_id == account_id, LedgerRow.id == entry_id)
    row = db.exec(query.where(LedgerRow.source == Source.STAFF)).one_or_none()
    if row is None:
        return False
    if kind is None:
        db.delete(row)
    else:
        row.kind = kind
    db.flush()
    return True


def history(db: Db, account_id: str, room_id: str, *, limit: int = 1000) -> tuple[Posted, ...]:
    """A room's newest posts, oldest first."""
    rows = db.exec(_HISTORY, params={"account": account_id, "room": room_id, "most": limit}).all()
    return tuple(Posted(PostKind(kind), at, content, Source(source)) for kind, at, content, source in reversed(rows))


def entries(db: Db, account_id: str, room_id: str, limit: int) -> tuple[Entry, ...]:
    """The same for people, with numbers, newest first."""
    query = (
        select(LedgerRow)
        .where(LedgerRow.account_id == account_id, LedgerRow.room_id == room_id, LedgerRow.kind != REPLY)
        .order_by(col(LedgerRow.posted_at).desc(), col(LedgerRow.id).desc())
        .limit(limit)
    )
    return tuple(map(_entry, db.exec(query)))


def last_posted(db: Db, account_id: str, slugs: Collection[str]) -> dict[str, tuple[str, datetime]]:
    """Where and when each of these posts of the library was last said, as (room id, time)."""
    newest = (
        select(LedgerRow.content, func.max(LedgerRow.posted_at).label("at"))
        .where(LedgerRow.account_id == account_id, col(LedgerRow.content).in_(slugs))
        .group_by(LedgerRow.content)
        .subquery()
    )
    same = (col(LedgerRow.content) == newest.c.content) & (col(LedgerRow.posted_at) == newest.c.at)
    query = select(LedgerRow.content, LedgerRow.room_id, LedgerRow.posted_at).join(newest, same)
    found = db.exec(query.where(LedgerRow.account_id == account_id).order_by(col(LedgerRow.id)))
    return {slug: (room_id, at) for slug, room_id, at in found}


def posted_where(db: Db, account_id: str, slug: str) -> dict[str, datetime]:
    """When this post was last said, by room."""
    query = (
        select(LedgerRow.room_id, func.max(LedgerRow.posted_at))
        .where(LedgerRow.account_id == account_id, LedgerRow.content == slug)
        .group_by(LedgerRow.room_id)
    )
    return dict(db.exec(query).all())


def staff_posts(db: Db, account_id: str, room_id: str, since: datetime, until: datetime) -> tuple[Entry, ...]:
    """What staff posted themselves from `since` until just before `until`, in order."""
    query = select(LedgerRow).where(
        LedgerRow.account_id == account_id,
        LedgerRow.room_id == room_id,
        LedgerRow.posted_at >= since,
        LedgerRow.posted_at < until,
        LedgerRow.source == Source.STAFF,
    )
    return tuple(map(_entry, db.exec(query.order_by(col(LedgerRow.posted_at), col(LedgerRow.id)))))


def said_since(db: Db, account_id: str, since: datetime) -> int:
    """How many messages the bot has said since then, answers among them."""
    return int(db.exec(_SAID, params={"account": account_id, "since": since}).one())


def last_said(db: Db, account_id: str, since: datetime) -> tuple[tuple[str, datetime], ...]:
    """When the bot said something where since then, newest first."""
    query = (
        select(LedgerRow.room_id, LedgerRow.posted_at)
        .where(LedgerRow.account_id == account_id, LedgerRow.posted_at >= since, LedgerRow.source != Source.STAFF)
        .order_by(col(LedgerRow.posted_at).desc(), col(LedgerRow.id).desc())
    )
    return tuple((room_id, at) for room_id, at in db.exec(query))


def _entry(row: LedgerRow) -> Entry:
    return Entry(
        id=row.id or 0,
        at=row.posted_at,
        kind=PostKind(row.kind),
        source=Source(row.source),
        content=row.content,
        delivery_id=row.delivery_id,
        talker_id=row.talker_id,
        message_id=row.message_id,
    )
