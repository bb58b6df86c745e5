"""What the bot posts: the outbox, its steps, and the ledger of what was said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Base, row_id
from storage.types import BigId, Instant, Text


class DeliveryRow(Base, table=True):
    """The outbox: one row per attempt to publish one post in one room.

    A private care post has the person for its `room_id`; `via_room_id` is the room through which they are known.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("account_id", "room_id", "plan", "slot_day", "slot_number"),
        UniqueConstraint("attempt_id"),
        Index("ix_delivery_state", "account_id", "state", "due_at"),
        Index("ix_delivery_echo", "account_id", "text_hash", "room_id"),
        Index("ix_delivery_sent", "account_id", "sent_message_id"),
        Index("ix_delivery_day", "account_id", "slot_day"),
    )
    id: int | None = row_id()
    attempt_id: str
    account_id: str
    room_id: str
    via_room_id: str = ""
    plan: str
    slot_day: str
    slot_number: int
    kind: str
    content: str
    text: str = Field(default="", sa_type=Text)
    text_hash: str = ""
    state: str
    reason: str = Field(default="", sa_type=Text)
    rule: str = ""
    numbers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    source: str = "plan"
    body: str = Field(default="", sa_type=Text)
    by: str = ""
    override: str = Field(default="", sa_type=Text)
    approved: str = ""
    due_at: datetime = Field(sa_type=Instant)
    next_at: datetime | None = Field(default=None, sa_type=Instant)
    attempts: int = 0
    epoch: int = Field(default=0, sa_type=BigId)
    created_at: datetime = Field(sa_type=Instant)
    dispatched_at: datetime | None = Field(default=None, sa_type=Instant)
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant)
    recalled_at: datetime | None = Field(default=None, sa_type=Instant)
    sent_message_id: str = ""
    echo_message_id: str = ""


class StepRow(Base, table=True):
    """One step of a delivery's life, kept so that it can be told; `by` is the person behind it."""

    __tablename__ = "step"
    __table_args__ = (Index("ix_step_delivery", "account_id", "delivery_id", "id"),)
    id: int | None = row_id()
    account_id: str
    delivery_id: int = Field(sa_type=BigId)
    at: datetime = Field(sa_type=Instant)
    state: str
    rule: str = ""
    numbers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    next_at: datetime | None = Field(default=None, sa_type=Instant)
    by: str = ""


class LedgerRow(Base, table=True):
    """What was said in a room: posts by the bot and by staff, and the bot's replies (kind "reply").

    A post's kind is frozen when the intent to send is committed. `pieces` is how many messages it took.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        Index("ix_ledger_room", "account_id", "room_id", "posted_at"),
        Index("ix_ledger_time", "account_id", "posted_at"),
        Index("ix_ledger_content", "account_id", "content", "posted_at"),
        UniqueConstraint("delivery_id"),
    )
    id: int | None = row_id()
    account_id: str
    room_id: str
    posted_at: datetime = Field(sa_type=Instant)
    kind: str
    source: str
    content: str = ""
    delivery_id: int | None = Field(default=None, sa_type=BigId)
    message_id: str = ""
    talker_id: str = ""
    text_hash: str = ""
    pieces: int = 1


class ProposalRow(Base, table=True):
    """A mass action that waits for its confirmation; `dues` lists rooms with their times in milliseconds."""

    __tablename__ = "proposal"
    account_id: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    by: str
    kind: str
    content: str = ""
    body: str = Field(default="", sa_type=Text)
    override: str = Field(default="", sa_type=Text)
    seal: str
    dues: list[list[Any]] = Field(sa_type=JSON)
    people: int = 1
    confirmed_by: list[str] = Field(default_factory=list, sa_type=JSON)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    done_at: datetime | None = Field(default=None, sa_type=Instant)


class RetiredRow(Base, table=True):
    """A post of the library that an operator has taken out of the plan."""

    __tablename__ = "retired"
    account_id: str = Field(primary_key=True)
    slug: str = Field(primary_key=True)
    by: str
    at: datetime = Field(sa_type=Instant)
