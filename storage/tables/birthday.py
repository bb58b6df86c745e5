"""Birthdays, and the care posts that grow out of them and of other occasions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Base, row_id
from storage.types import BigId, Instant, Text


class BirthdayRow(Base, table=True):
    """A birthday that a member told: their own (`whose` "self"), a pet's or a child's, solar or lunar.

    `private` wishes are sent to the member alone. Removed ones stay, so that an import does not bring them back.
    """

    __tablename__ = "birthday"
    __table_args__ = (
        UniqueConstraint("account_id", "contact_id", "whose", "name"),
        Index("ix_birthday_date", "account_id", "calendar", "month", "day"),
    )
    id: int | None = row_id()
    account_id: str
    contact_id: str
    whose: str
    name: str = Field(default="", sa_type=Text)
    calendar: str
    month: int
    day: int
    leap: bool = False
    year: int | None = None
    private: bool = False
    room_id: str = ""
    source: str
    by: str
    created_at: datetime = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)
    removed_at: datetime | None = Field(default=None, sa_type=Instant)


class CareRow(Base, table=True):
    """One person's part in a care post: why (`occasion`), about what (`subject`), and which time (`turn`).

    The unique triple is what makes a greeting happen once: a birthday's subject is its number, its turn the year.
    `room_id` is where it is said: a room, or the person themselves in private.
    """

    __tablename__ = "care"
    __table_args__ = (
        UniqueConstraint("account_id", "occasion", "subject", "turn"),
        Index("ix_care_delivery", "account_id", "delivery_id"),
        Index("ix_care_contact", "account_id", "contact_id"),
    )
    id: int | None = row_id()
    account_id: str
    occasion: str
    subject: str
    turn: str
    contact_id: str
    room_id: str
    delivery_id: int | None = Field(default=None, sa_type=BigId)
    about: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    created_at: datetime = Field(sa_type=Instant)
