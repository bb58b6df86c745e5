"""Queries about the stories members tell: which of their words an operator means."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, func, select

from bot.core.message import MessageKind
from bot.core.story import Story
from storage.store import Db
from storage.tables import MessageRow


def told(db: Db, account_id: str, contact_id: str, room_id: str, since: datetime, words: str) -> Story | None:
    """The longest thing a person said in a room (in any, for "") since then; of those that hold `words`, if any."""
    query = (
        select(MessageRow)
        .where(MessageRow.account_id == account_id, MessageRow.talker_id == contact_id, MessageRow.sent_at >= since)
        .where(MessageRow.raw_type == int(MessageKind.TEXT), col(MessageRow.recalled_at).is_(None))
        .where(MessageRow.room_id == room_id if room_id else col(MessageRow.room_id).is_not(None))
        .order_by(func.length(MessageRow.text).desc(), col(MessageRow.id).desc())
        .limit(1)
    )
    if words:
        query = query.where(col(MessageRow.text).contains(words, autoescape=True))
    row = db.exec(query).first()
    return Story(row.message_id, row.room_id or "", row.text, row.sent_at) if row else None
