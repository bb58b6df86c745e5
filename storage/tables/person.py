"""The people in managed rooms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from storage.tables.base import Base
from storage.types import Instant, Text


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
