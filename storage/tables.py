"""The tables. Times are epoch milliseconds; ids of the platform are text; every row names its account."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, MetaData, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.types import BigId, Instant, Text

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel):
    """Gives every constraint a stable name, which migrations on SQLite need."""

    metadata = MetaData(naming_convention=NAMING)


def row_id() -> Any:
    """A surrogate key that grows: 64 bits on PostgreSQL, a rowid on SQLite."""
    return Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))


class AccountRow(Base, table=True):
    """One login behind one puppet service. `heard_at` is the cursor: when its newest event was recorded."""

    __tablename__ = "account"
    account_id: str = Field(primary_key=True)
    self_id: str = ""
    name: str = Field(default="", sa_type=Text)
    first_seen_at: datetime = Field(sa_type=Instant)
    login_at: datetime | None = Field(default=None, sa_type=Instant)
    heard_at: datetime | None = Field(default=None, sa_type=Instant)


class LeaseRow(Base, table=True):
    """Who runs an account. `expires_at` is on the real clock; `epoch` grows with every new holder."""

    __tablename__ = "account_lease"
    account_id: str = Field(primary_key=True)
    holder: str
    epoch: int = Field(sa_type=BigId)
    expires_at: datetime = Field(sa_type=Instant)


class GapRow(Base, table=True):
    """A stretch in which the gateway was out of hearing: what was said in it is unknown."""

    __tablename__ = "gap"
    id: int | None = row_id()
    account_id: str = Field(index=True)
    since: datetime = Field(sa_type=Instant)
    until: datetime = Field(sa_type=Instant)


class RoomRow(Base, table=True):
    """A managed room, or one that was: released rooms keep their past and are no longer written to."""

    __tablename__ = "room"
    account_id: str = Field(primary_key=True)
    room_id: str = Field(primary_key=True)
    topic: str = Field(default="", sa_type=Text)
    role: str
    settings: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    adopted_at: datetime = Field(sa_type=Instant)
    adopted_by: str
    released_at: datetime | None = Field(default=None, sa_type=Instant)
    active: bool = True


class ContactRow(Base, table=True):
    """A person, known because they are in a managed room; one row for all rooms of an account."""

    __tablename__ = "contact"
    account_id: str = Field(primary_key=True)
    contact_id: str = Field(primary_key=True)
    name: str = Field(default="", sa_type=Text)
    first_seen_at: datetime = Field(sa_type=Instant)


class MembershipRow(Base, table=True):
    """A person in one managed room."""

    __tablename__ = "membership"
    __table_args__ = (Index("ix_membership_account_id_contact_id", "account_id", "contact_id"),)
    account_id: str = Field(primary_key=True)
    room_id: str = Field(primary_key=True)
    contact_id: str = Field(primary_key=True)
    alias: str = Field(default="", sa_type=Text)
    inviter_id: str = ""
    joined_at: datetime | None = Field(default=None, sa_type=Instant)
    left_at: datetime | None = Field(default=None, sa_type=Instant)
    first_seen_at: datetime = Field(sa_type=Instant)
    last_seen_at: datetime | None = Field(default=None, sa_type=Instant)


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
        Index(
            "ix_message_media",
            "account_id",
            "id",
            sqlite_where=text("media_state = 1"),
            postgresql_where=text("media_state = 1"),
        ),
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


class TagRow(Base, table=True):
    """A tag on a person with its newest evidence. A removed tag stays as a row, so that no rule brings it back."""

    __tablename__ = "tag_assignment"
    account_id: str = Field(primary_key=True)
    contact_id: str = Field(primary_key=True)
    tag: str = Field(primary_key=True, sa_type=Text)
    source: str
    rule: str = ""
    room_id: str | None = Field(default=None)
    message_id: str = ""
    why: str = Field(default="", sa_type=Text)
    times: int = 1
    assigned_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    assigned_by: str = ""
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
    removed_by: str = ""


class OperatorRow(Base, table=True):
    """Who may command."""

    __tablename__ = "operator"
    account_id: str = Field(primary_key=True)
    contact_id: str = Field(primary_key=True)
    role: int
    name: str = Field(default="", sa_type=Text)
    added_by: str
    added_at: datetime = Field(sa_type=Instant)


class AuditRow(Base, table=True):
    """Every command and refusal."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_account_id_at", "account_id", "at"),)
    id: int | None = row_id()
    account_id: str
    at: datetime = Field(sa_type=Instant)
    actor_id: str
    role: str
    command: str = Field(sa_type=Text)
    target: str = Field(default="", sa_type=Text)
    outcome: str
    reason: str = Field(default="", sa_type=Text)
    room_id: str = ""


class DeliveryRow(Base, table=True):
    """The outbox: one row per attempt to publish one post in one room."""

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


class PauseRow(Base, table=True):
    """Posts stopped by a person; `room_id` "" means every room. Ended ones are kept."""

    __tablename__ = "pause"
    __table_args__ = (Index("ix_pause_open", "account_id", "ended_at"),)
    id: int | None = row_id()
    account_id: str
    room_id: str = ""
    scope: str
    reason: str = Field(default="", sa_type=Text)
    by: str
    since: datetime = Field(sa_type=Instant)
    until: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_by: str = ""


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


class NoticeRow(Base, table=True):
    """An alarm or brief for the control room, said once; `key` makes it unique for ever."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("account_id", "key"), Index("ix_notice_unsaid", "account_id", "said_at", "id"))
    id: int | None = row_id()
    account_id: str
    key: str
    template: str
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    created_at: datetime = Field(sa_type=Instant)
    said_at: datetime | None = Field(default=None, sa_type=Instant)


class SendingRow(Base, table=True):
    """What the account's sending must remember across restarts: its pace, its breaker, and a full stop."""

    __tablename__ = "sending"
    account_id: str = Field(primary_key=True)
    paced_until: datetime | None = Field(default=None, sa_type=Instant)
    breaker_until: datetime | None = Field(default=None, sa_type=Instant)
    breaker_times: int = 0
    breaker_why: str = Field(default="", sa_type=Text)
    frozen_until: datetime | None = Field(default=None, sa_type=Instant)
    stopped_at: datetime | None = Field(default=None, sa_type=Instant)
    stopped_why: str = Field(default="", sa_type=Text)


class RetiredRow(Base, table=True):
    """A post of the library that an operator has taken out of the plan."""

    __tablename__ = "retired"
    account_id: str = Field(primary_key=True)
    slug: str = Field(primary_key=True)
    by: str
    at: datetime = Field(sa_type=Instant)
