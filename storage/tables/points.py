"""Points, badges, what they are spent on, and what is left for people to do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Base, row_id
from storage.types import Instant, Text


class PointRow(Base, table=True):
    """One entry of a member's points: `subject` is the event that it pays for, unique so that none pays twice.

    What falls away is reversed by an entry of its own whose subject is "reverse:" and the first one's.
    """

    __tablename__ = "point"
    __table_args__ = (
        UniqueConstraint("account_id", "subject"),
        Index("ix_point_contact", "account_id", "contact_id", "rule", "day"),
    )
    id: int | None = row_id()
    account_id: str
    contact_id: str
    amount: int
    rule: str
    subject: str
    room_id: str = ""
    day: str
    note: str = Field(default="", sa_type=Text)
    by: str = ""
    at: datetime = Field(sa_type=Instant)


class BadgeRow(Base, table=True):
    """A badge a member has earned."""

    __tablename__ = "badge"
    account_id: str = Field(primary_key=True)
    contact_id: str = Field(primary_key=True)
    badge: str = Field(primary_key=True, sa_type=Text)
    room_id: str = ""
    at: datetime = Field(sa_type=Instant)


class RedemptionRow(Base, table=True):
    """Points a member wants to spend; `state` is asked, granted, refused or cancelled.

    What is refused or cancelled gives the points back. `told_at` is when the member was told what was decided.
    """

    __tablename__ = "redemption"
    __table_args__ = (
        Index("ix_redemption_state", "account_id", "reward", "state"),
        Index("ix_redemption_told", "account_id", "told_at", "state"),
        Index("ix_redemption_contact", "account_id", "contact_id"),
    )
    id: int | None = row_id()
    account_id: str
    contact_id: str
    reward: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    cost: int
    state: str = "asked"
    room_id: str = ""
    asked_at: datetime = Field(sa_type=Instant)
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    decided_by: str = ""
    reason: str = Field(default="", sa_type=Text)
    told_at: datetime | None = Field(default=None, sa_type=Instant)


class TaskRow(Base, table=True):
    """Something a person has to do, such as sending a gift; `template` and `data` say what."""

    __tablename__ = "task"
    __table_args__ = (UniqueConstraint("account_id", "key"), Index("ix_task_open", "account_id", "done_at"))
    id: int | None = row_id()
    account_id: str
    key: str
    template: str
    contact_id: str = ""
    room_id: str = ""
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    created_at: datetime = Field(sa_type=Instant)
    done_at: datetime | None = Field(default=None, sa_type=Instant)
    done_by: str = ""
