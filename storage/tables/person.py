"""The people in managed rooms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from storage.tables.base import Base
from storage.types import BigId, Instant, Text

THERE, CALLED, KEPT = text("left_at IS NULL"), text("alias != ''"), text("removed_at IS NULL")
"""What a partial index of places or tags holds: who is still there, what nobody has taken off."""


class ContactRow(Base, table=True):
    """A person, known because they are in a managed room or were imported; one row for all rooms of an account.

    `member_no` is the brand's own number for a customer. `points` is the balance of the point ledger, `tier` and
    the three figures after it follow from the purchases; `tier_by` is the person who set the tier by hand,
    `tier_listed` the one the shop's own list of members says, `note` that list's remark.
    """

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_name", "account_id", "name", "contact_id"),)
    account_id: str = Field(primary_key=True)
    contact_id: str = Field(primary_key=True)
    name: str = Field(default="", sa_type=Text)
    first_seen_at: datetime = Field(sa_type=Instant)
    member_no: str = Field(default="", index=True)
    unsubscribed_at: datetime | None = Field(default=None, sa_type=Instant)
    points: int = Field(default=0, sa_type=BigId)
    tier: str = Field(default="", sa_type=Text)
    tier_rule: str = Field(default="", sa_type=Text)
    tier_by: str = ""
    tier_listed: str = Field(default="", sa_type=Text)
    orders: int = 0
    spent_cents: int = Field(default=0, sa_type=BigId)
    last_order_at: datetime | None = Field(default=None, sa_type=Instant)
    note: str = Field(default="", sa_type=Text)


class MembershipRow(Base, table=True):
    """A person in one managed room. `last_seen_at` is when they last spoke; `welcome_at` when a welcome is due."""

    __tablename__ = "membership"
    __table_args__ = (
        Index("ix_membership_account_id_contact_id", "account_id", "contact_id"),
        Index("ix_membership_joined", "account_id", "joined_at"),
        Index("ix_membership_welcome", "account_id", "welcome_at"),
        Index("ix_membership_words", "account_id", "last_seen_at", "contact_id"),
        Index("ix_membership_alias", "account_id", "alias", "contact_id", sqlite_where=CALLED, postgresql_where=CALLED),
        Index("ix_membership_there", "account_id", "room_id", "contact_id", sqlite_where=THERE, postgresql_where=THERE),
        Index(
            "ix_membership_seats",
            *("account_id", "contact_id", "room_id", "last_seen_at", "first_seen_at", "joined_at"),
            sqlite_where=THERE,
            postgresql_where=THERE,
        ),
    )
    account_id: str = Field(primary_key=True)
    room_id: str = Field(primary_key=True)
    contact_id: str = Field(primary_key=True)
    alias: str = Field(default="", sa_type=Text)
    inviter_id: str = ""
    joined_at: datetime | None = Field(default=None, sa_type=Instant)
    left_at: datetime | None = Field(default=None, sa_type=Instant)
    first_seen_at: datetime = Field(sa_type=Instant)
    first_words_at: datetime | None = Field(default=None, sa_type=Instant)
    welcome_at: datetime | None = Field(default=None, sa_type=Instant)
    welcomed_at: datetime | None = Field(default=None, sa_type=Instant)
    last_seen_at: datetime | None = Field(default=None, sa_type=Instant)


class DayCountRow(Base, table=True):
    """How many messages a person said in a room on one local day ("2026-11-22"), kept as they arrive."""

    __tablename__ = "day_count"
    __table_args__ = (
        Index("ix_day_count_contact", "account_id", "contact_id", "day", "room_id", "messages"),
        {"sqlite_with_rowid": False},
    )
    account_id: str = Field(primary_key=True)
    room_id: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    contact_id: str = Field(primary_key=True)
    messages: int


class TagRow(Base, table=True):
    """A tag on a person with its newest evidence. A removed tag stays as a row, so that no rule brings it back."""

    __tablename__ = "tag_assignment"
    __table_args__ = (
        Index(
            "ix_tag_assignment_tag",
            *("account_id", "tag", "source", "rule", "expires_at", "contact_id"),
            sqlite_where=KEPT,
            postgresql_where=KEPT,
        ),
    )
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
