"""Queries about what was said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlmodel import col, func, insert, select, update

from bot.core.events import MessageReceived
from bot.core.message import MessageKind
from storage.store import Db
from storage.tables import IS_SET_ASIDE, FailureRow, Handling, MediaState, MessageRow


@dataclass(frozen=True, slots=True)
class Pending:
    """A recorded message that still waits for an answer, and how often answering it has failed."""

    message: MessageReceived
    tries: int


_KNOWN = select(MessageRow.message_id).where(
    MessageRow.account_id == bindparam("account"),
    col(MessageRow.message_id).in_(bindparam("ids", expanding=True)),
)


def new_ids(db: Db, account_id: str, message_ids: Sequence[str]) -> set[str]:
    """Which of these were never recorded."""
    found: set[str] = set(db.exec(_KNOWN, params={"account": account_id, "ids": list(message_ids)}))
    return set(message_ids) - found


def record(db: Db, messages: Sequence[tuple[MessageReceived, Handling]], now: datetime) -> None:
    """Keep new messages, byte for byte; each comes with what is to become of it."""
    rows = [
        {
            "account_id": message.account_id,
            "message_id": message.message_id,
            "room_id": message.room_id,
            "talker_id": message.talker_id,
            "listener_id": message.listener_id,
            "raw_type": message.raw_type,
            "text": message.text,
            "mention_ids": list(message.mention_ids) or None,
            "from_self": message.from_self,
            "sent_at": message.sent_at,
            "recorded_at": now,
            "handling": int(handling),
            "tries": 0,
            "media_state": int(MediaState.PENDING if message.kind.has_file else MediaState.NONE),
            "media_name": message.filename,
            "media_path": "",
            "media_bytes": 0,
        }
        for message, handling in messages
    ]
    if rows:
        db.exec(insert(MessageRow), params=rows)


def recalled(db: Db, account_id: str, message_ids: Iterable[str], at: datetime) -> None:
    """Mark messages that were taken back; what they said stays."""
    db.exec(
        update(MessageRow)
        .where(col(MessageRow.account_id) == account_id, col(MessageRow.message_id).in_(list(message_ids)))
        .values(recalled_at=at)
    )


def pending(db: Db, account_id: str) -> tuple[Pending, ...]:
    """Messages that were committed but not acted on when the process ended, oldest first."""
    query = (
        select(MessageRow)
        .where(MessageRow.account_id == account_id, MessageRow.handling == Handling.PENDING)
        .order_by(col(MessageRow.id))
    )
    return tuple(Pending(_message(row), row.tries) for row in db.exec(query))


def still_asks(db: Db, account_id: str, message_id: str) -> bool:
    """Whether nobody has dealt with a message yet; one that was never stored always asks."""
    query = select(MessageRow.handling).where(MessageRow.account_id == account_id, MessageRow.message_id == message_id)
    handling = db.exec(query).one_or_none()
    return handling is None or handling == Handling.PENDING


def set_handling(db: Db, account_id: str, message_id: str, handling: Handling) -> None:
    """Close a message that asked for something; one that was never stored is left alone."""
    db.exec(
        update(MessageRow)
        .where(col(MessageRow.account_id) == account_id, col(MessageRow.message_id) == message_id)
        .values(handling=int(handling))
    )


def failed(
    db: Db, account_id: str, message_id: str, *, attempt: int, limit: int, error: str, traceback: str, now: datetime
) -> Handling | None:
    """Keep the traceback of a failed try; after `limit` tries the message is set aside.

    None when the message itself is not kept, as of strangers and of people who asked to be forgotten: then a
    traceback, which may hold what they said, is not kept either.
    """
    handling = Handling.SET_ASIDE if attempt >= limit else Handling.PENDING
    kept = db.exec(
        update(MessageRow)
        .where(col(MessageRow.account_id) == account_id, col(MessageRow.message_id) == message_id)
        .values(handling=int(handling), tries=attempt)
    )
    if not kept.rowcount:
        return None
    db.add(
        FailureRow(
            account_id=account_id, message_id=message_id, attempt=attempt, error=error, traceback=traceback, at=now
        )
    )
    return handling


def awaiting_media(db: Db, account_id: str, limit: int) -> tuple[MessageReceived, ...]:
    """Messages whose file is still to be fetched, newest first: old files vanish from gateways anyway."""
    query = (
        select(MessageRow)
        .where(MessageRow.account_id == account_id, MessageRow.media_state == MediaState.PENDING)
        .order_by(col(MessageRow.id).desc())
        .limit(limit)
    )
    return tuple(map(_message, db.exec(query)))


def media_kept(
    db: Db, account_id: str, message_id: str, state: MediaState, *, path: str = "", name: str = "", size: int = 0
) -> bool:
    """Close the fetching of a file; False when the message is not kept any more, so that its file must not be."""
    kept = db.exec(
        update(MessageRow)
        .where(col(MessageRow.account_id) == account_id, col(MessageRow.message_id) == message_id)
        .values(media_state=int(state), media_path=path, media_name=name, media_bytes=size)
    )
    return kept.rowcount > 0


def count_since(db: Db, account_id: str, room_id: str | None, since: datetime) -> int:
    """How many messages people (not the bot) sent, in one room or all managed ones."""
    query = (
        select(func.count())
        .select_from(MessageRow)
        .where(MessageRow.account_id == account_id, MessageRow.sent_at >= since, col(MessageRow.from_self).is_(False))
    )
    if room_id is not None:
        query = query.where(MessageRow.room_id == room_id)
    return db.exec(query).one()


def set_aside(db: Db, account_id: str) -> int:
    """How many messages wait for a person because answering them kept failing."""
    query = select(func.count()).select_from(MessageRow).where(MessageRow.account_id == account_id, IS_SET_ASIDE)
    return db.exec(query).one()


def text_of(db: Db, account_id: str, message_id: str) -> str:
    """What a message said, "" if it was never stored."""
    query = select(MessageRow.text).where(MessageRow.account_id == account_id, MessageRow.message_id == message_id)
    return db.exec(query).one_or_none() or ""


def _message(row: MessageRow) -> MessageReceived:
    return MessageReceived(
        account_id=row.account_id,
        message_id=row.message_id,
        room_id=row.room_id,
        talker_id=row.talker_id,
        listener_id=row.listener_id,
        kind=MessageKind(row.raw_type),
        raw_type=row.raw_type,
        text=row.text,
        sent_at=row.sent_at,
        age=timedelta(),
        mention_ids=tuple(row.mention_ids or ()),
        filename=row.media_name,
        from_self=row.from_self,
    )


def spoke_to(db: Db, account_id: str, contact_id: str, since: datetime) -> bool:
    """Whether the bot has written privately to this person since then."""
    query = select(MessageRow.id).where(
        MessageRow.account_id == account_id,
        col(MessageRow.from_self).is_(True),
        col(MessageRow.room_id).is_(None),
        MessageRow.listener_id == contact_id,
        MessageRow.sent_at >= since,
    )
    return db.exec(query.limit(1)).first() is not None
