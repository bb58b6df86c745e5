"""Segments that operators have given a name."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from storage.tables.base import Base
from storage.types import Instant, Text


class SegmentRow(Base, table=True):
    """A saved segment: an expression by its name."""

    __tablename__ = "segment"
    account_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True, sa_type=Text)
    expression: str = Field(sa_type=Text)
    by: str
    at: datetime = Field(sa_type=Instant)
