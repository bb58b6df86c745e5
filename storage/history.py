"""What was said in a room, page by page, from the newest back to the first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.core.message import MessageKind
from storage.store import Db
from storage.tables import MessageRow
from storage.types import EPOCH, to_ms


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands in its room: pages are turned from here, however many lie before.

    `moment` is when it was sent, in milliseconds since 1970.
    """

    moment: int
    id: int

    @property
    def sent_at(self) -> datetime:
        """Aware UTC."""
        return EPOCH + timedelta(milliseconds=self.moment)


@dataclass(frozen=True, slots=True)
class Told:
    """A recorded message as it is shown again. `recalled` ones keep their words here; whoever shows them must not."""

    place: Place
    message_id: str
    talker_id: str
    kind: MessageKind
    text: str
    mention_ids: tuple[str, ...]
    recalled: bool
    media_name: str
    media_path: str


def before(db: Db, account_id: str, room_id: str, place: Place | None, most: int) -> tuple[Told, ...]:
    """Up to `most` messages just before a place, or the newest ones; the newest first."""
    query = select(MessageRow).where(MessageRow.account_id == account_id, MessageRow.room_id == room_id)
    if place is not None:
        # The first condition is what the index is walked by, the second tells messages of one moment apart.
        query = query.where(
            MessageRow.sent_at <= place.sent_at,
            (col(MessageRow.sent_at) < place.sent_at) | (col(MessageRow.id) < place.id),
        )
    ordered = query.order_by(col(MessageRow.sent_at).desc(), col(MessageRow.id).desc()).limit(most)
    return tuple(map(_told, db.exec(ordered)))


def place_of(db: Db, account_id: str, room_id: str, message_ids: Collection[str]) -> Place | None:
    """Where the earliest of these messages stands; None if none of them was recorded in that room."""
    query = select(MessageRow.sent_at, MessageRow.id).where(
        MessageRow.account_id == account_id,
        MessageRow.room_id == room_id,
        col(MessageRow.message_id).in_(list(message_ids)),
    )
    places = [Place(to_ms(sent_at), number or 0) for sent_at, number in db.exec(query)]
    return min(places, key=lambda place: (place.moment, place.id), default=None)


def find(db: Db, account_id: str, message_id: str) -> Told | None:
    """One recorded message."""
    query = select(MessageRow).where(MessageRow.account_id == account_id, MessageRow.message_id == message_id)
    row = db.exec(query).one_or_none()
    return None if row is None else _told(row)


def _told(row: MessageRow) -> Told:
    return Told(
        place=Place(to_ms(row.sent_at), row.id or 0),
        message_id=row.message_id,
        talker_id=row.talker_id,
        kind=MessageKind(row.raw_type),
        text=row.text,
        mention_ids=tuple(row.mention_ids or ()),
        recalled=row.recalled_at is not None,
        media_name=row.media_name,
        media_path=row.media_path,
    )
