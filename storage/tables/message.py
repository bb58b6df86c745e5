"""What was said, and what became of it."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field

from storage.tables.base import Base, row_id
from storage.types import BigId, Instant, Text

HAS_FILE = text("media_path <> ''")
"""Messages whose file is kept; queries that say so in these words find them by an index."""

IS_SET_ASIDE = text("handling = 3")
"""Messages that a person has to look at, likewise."""


class Handling(IntEnum):
    """What became of a message that asks for something; most ask for nothing."""

    NONE = 0
    PENDING = 1
    DONE = 2
    SET_ASIDE = 3
    TOO_OLD = 4


class MediaState(IntEnum):
    """What became of a message's file."""

    NONE = 0
    PENDING = 1
    STORED = 2
    TOO_LARGE = 3
    LOST = 4
    EXPIRED = 5


class MessageRow(Base, table=True):
    """What was said, raw: `raw_type` is the gateway's number, `text` is kept byte for byte."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("account_id", "message_id"),
        Index("ix_message_room", "account_id", "room_id", "sent_at"),
        Index("ix_message_talker", "account_id", "talker_id", "sent_at"),
        Index(
            "ix_message_pending",
            "account_id",
            "id",
            sqlite_where=text("handling = 1"),
            postgresql_where=text("handling = 1"),
        ),
        Index("ix_message_set_aside", "account_id", sqlite_where=IS_SET_ASIDE, postgresql_where=IS_SET_ASIDE),
        Index(
            "ix_message_media",
            "account_id",
            "id",
            sqlite_where=text("media_state = 1"),
            postgresql_where=text("media_state = 1"),
        ),
        Index("ix_message_file", "media_path", sqlite_where=HAS_FILE, postgresql_where=HAS_FILE),
        Index("ix_message_file_sent", "account_id", "sent_at", sqlite_where=HAS_FILE, postgresql_where=HAS_FILE),
    )
    id: int | None = row_id()
    account_id: str
    message_id: str
    room_id: str | None = None
    talker_id: str
    listener_id: str = ""
    raw_type: int
    text: str = Field(sa_type=Text)
    mention_ids: list[str] | None = Field(default=None, sa_type=JSON)
    from_self: bool = False
    sent_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    recalled_at: datetime | None = Field(default=None, sa_type=Instant)
    handling: int = Handling.NONE
    tries: int = 0
    media_state: int = MediaState.NONE
    media_name: str = Field(default="", sa_type=Text)
    media_path: str = ""
    media_bytes: int = Field(default=0, sa_type=BigId)


class FailureRow(Base, table=True):
    """A try at answering a message that raised, with its traceback."""

    __tablename__ = "failure"
    id: int | None = row_id()
    account_id: str = Field(index=True)
    message_id: str
    attempt: int
    error: str = Field(sa_type=Text)
    traceback: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Instant)
