"""What the operators must hear."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Base, row_id
from storage.types import Instant


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
