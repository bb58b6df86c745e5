"""Check-in campaigns, and who took part on which day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Base, row_id
from storage.types import BigId, Instant, Text


class CampaignRow(Base, table=True):
    """A check-in campaign in one room. Days are local ones ("2026-11-22"), `rhythm` the weekdays that count.

    `slug` names the declaration it was started from; `counts` is word, photo or both; `opens` and `closes` bound the
    time of day ("" for the whole day); `goal` days in a row earn the `gift`; `makeups` is how many missed days a
    member may make up for. `told_at` is when the room heard of its start, `result_at` when it heard of its end.
    """

    __tablename__ = "campaign"
    __table_args__ = (Index("ix_campaign_room", "account_id", "room_id", "ended_at"),)
    id: int | None = row_id()
    account_id: str
    room_id: str
    slug: str = ""
    title: str = Field(sa_type=Text)
    word: str = Field(sa_type=Text)
    counts: str = "word"
    rhythm: str = "1234567"
    opens: str = ""
    closes: str = ""
    goal: int = 0
    gift: str = Field(default="", sa_type=Text)
    points: int = 0
    makeups: int = 0
    content: str = ""
    starts_on: str
    ends_on: str = ""
    started_by: str
    created_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    told_at: datetime | None = Field(default=None, sa_type=Instant)
    result_at: datetime | None = Field(default=None, sa_type=Instant)


class PunchRow(Base, table=True):
    """A member's check-in for one local day of a campaign; `how` is said, makeup, leave or operator.

    One row a day, however often it was said. `told_at` is when it was confirmed in the room, `won` the badges and
    `reached` the goal that are told with it; what an operator takes away stays with `removed_at`, so that a
    redelivery does not bring it back.
    """

    __tablename__ = "punch"
    __table_args__ = (
        UniqueConstraint("account_id", "campaign_id", "contact_id", "day"),
        Index("ix_punch_told", "account_id", "told_at", "room_id"),
        Index("ix_punch_contact", "account_id", "contact_id"),
    )
    id: int | None = row_id()
    account_id: str
    campaign_id: int = Field(sa_type=BigId)
    contact_id: str
    room_id: str
    day: str
    how: str
    at: datetime = Field(sa_type=Instant)
    message_id: str = ""
    by: str = ""
    won: list[str] = Field(default_factory=list, sa_type=JSON)
    reached: bool = False
    told_at: datetime | None = Field(default=None, sa_type=Instant)
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
    removed_by: str = ""
