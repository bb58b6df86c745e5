"""Lets go of old words and files; what was counted, tagged and earned by them stays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, delete, select, update

from storage.store import Db
from storage.tables import HAS_FILE, FailureRow, Handling, MediaState, MessageRow, RoomRow

AT_ONCE = 500
"""So many messages are let go of in one transaction, so that nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Old:
    """Messages by their row ids, and the files that are theirs alone, below the media folder."""

    ids: tuple[int, ...]
    files: tuple[str, ...]


def old_words(db: Db, account_id: str, before: datetime) -> Old:
    """Some messages sent before then; what still waits for an answer is left alone.

    Asked conversation by conversation, because their index is in the order of time.
    """
    rooms = db.exec(select(RoomRow.room_id).where(RoomRow.account_id == account_id)).all()
    found: list[tuple[int, str]] = []
    for room_id in (None, *rooms):
        query = select(MessageRow.id, MessageRow.media_path).where(
            MessageRow.account_id == account_id,
            MessageRow.room_id == room_id,
            MessageRow.sent_at < before,
            MessageRow.handling != Handling.PENDING,
        )
        rows = db.exec(query.order_by(col(MessageRow.sent_at)).limit(AT_ONCE - len(found)))
        found.extend((number or 0, path) for number, path in rows)
        if len(found) == AT_ONCE:
            break
    return _old(db, found)


def old_files(db: Db, account_id: str, before: datetime) -> Old:
    """Some messages sent before then whose files are still kept."""
    query = select(MessageRow.id, MessageRow.media_path).where(
        HAS_FILE, MessageRow.account_id == account_id, MessageRow.sent_at < before
    )
    rows = db.exec(query.order_by(col(MessageRow.sent_at)).limit(AT_ONCE))
    return _old(db, [(number or 0, path) for number, path in rows])


def drop_words(db: Db, account_id: str, ids: Collection[int]) -> int:
    """Delete these messages, and what is kept of failed tries to answer them; returns how many there were."""
    wanted = (col(MessageRow.account_id) == account_id, col(MessageRow.id).in_(ids))
    said = select(MessageRow.message_id).where(*wanted)
    db.exec(delete(FailureRow).where(col(FailureRow.account_id) == account_id, col(FailureRow.message_id).in_(said)))
    return db.exec(delete(MessageRow).where(*wanted)).rowcount


def drop_files(db: Db, account_id: str, ids: Collection[int]) -> int:
    """Note that these messages' files are gone; returns how many there were. What was said with them stays."""
    wanted = (col(MessageRow.account_id) == account_id, col(MessageRow.id).in_(ids))
    gone = {"media_path": "", "media_state": int(MediaState.EXPIRED)}
    return db.exec(update(MessageRow).where(*wanted).values(gone)).rowcount


def _old(db: Db, found: Sequence[tuple[int, str]]) -> Old:
    """A file that somebody sent again later, or in another account, is not theirs alone."""
    ids, files = [number for number, _path in found], {path for _number, path in found if path}
    if files:
        query = select(MessageRow.media_path).where(
            HAS_FILE, col(MessageRow.media_path).in_(files), col(MessageRow.id).not_in(ids)
        )
        files -= set(db.scalars(query))
    return Old(tuple(ids), tuple(sorted(files)))
