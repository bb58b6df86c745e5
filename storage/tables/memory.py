"""What a member wished, what they care about, what they were asked, and who wants to be forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Base, row_id
from storage.types import BigId, Instant, Text


class WishRow(Base, table=True):
    """A wish a member has stated, such as "不要香菜", with the local days on which they did.

    `wish` is the normalised key, `said` how it is told; `state` is counting, asked, kept or declined. From asked on it
    is noted, and days are not counted any more.
    """

    __tablename__ = "wish"
    account_id: str = Field(primary_key=True)
    contact_id: str = Field(primary_key=True)
    wish: str = Field(primary_key=True, sa_type=Text)
    said: str = Field(sa_type=Text)
    days: list[str] = Field(default_factory=list, sa_type=JSON)
    state: str = "counting"
    room_id: str = ""
    message_id: str = ""
    seen_at: datetime = Field(sa_type=Instant)
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    decided_by: str = ""


class InterestRow(Base, table=True):
    """How often a member answered to posts about a topic; `ledger_id` is the last such post, counted once."""

    __tablename__ = "interest"
    account_id: str = Field(primary_key=True)
    contact_id: str = Field(primary_key=True)
    topic: str = Field(primary_key=True, sa_type=Text)
    times: int = 0
    ledger_id: int = Field(default=0, sa_type=BigId)
    seen_at: datetime = Field(sa_type=Instant)


class QuestionRow(Base, table=True):
    """Something the bot has asked a member and waits to hear yes or no to; `about` says which flow asked it.

    `asked_at` is None until it has been said; `answer` is "", "yes" or "no".
    """

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        Index("ix_question_open", "account_id", "answer", "contact_id"),
    )
    id: int | None = row_id()
    account_id: str
    key: str
    contact_id: str
    conversation_id: str
    about: str
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    created_at: datetime = Field(sa_type=Instant)
    asked_at: datetime | None = Field(default=None, sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    answer: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=Instant)


class ForgottenRow(Base, table=True):
    """A salted digest of the id of somebody who asked to be forgotten: nothing of them is kept until they come back.

    Their customer number has a row of its own; `whose` is the digest of the id that both belong to.
    """

    __tablename__ = "forgotten"
    account_id: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    whose: str
    at: datetime = Field(sa_type=Instant)


class ErasureRow(Base, table=True):
    """What is still to be done to forget somebody: the names to strike out elsewhere, the files to delete.

    Emptied when that is done, and gone when the database file holds no leftovers of it either.
    """

    __tablename__ = "erasure"
    id: int | None = row_id()
    account_id: str = Field(index=True)
    contact_id: str = ""
    names: list[str] = Field(default_factory=list, sa_type=JSON)
    spared: list[str] = Field(default_factory=list, sa_type=JSON)
    files: list[str] = Field(default_factory=list, sa_type=JSON)
    at: datetime = Field(sa_type=Instant)
