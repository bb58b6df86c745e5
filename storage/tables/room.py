"""The rooms, and who may command in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index
from sqlmodel import Field

from storage.tables.base import Base, row_id
from storage.types import Instant, Text


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
