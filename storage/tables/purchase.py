"""What customers bought, as imported from the shop."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from storage.tables.base import Base
from storage.types import BigId, Instant, Text


class PurchaseRow(Base, table=True):
    """One order; `order_no` is the shop's own number. Importing the same number again replaces it."""

    __tablename__ = "purchase"
    __table_args__ = (Index("ix_purchase_contact", "account_id", "contact_id", "ordered_at"),)
    account_id: str = Field(primary_key=True)
    order_no: str = Field(primary_key=True)
    contact_id: str
    amount_cents: int = Field(sa_type=BigId)
    ordered_at: datetime = Field(sa_type=Instant)
    note: str = Field(default="", sa_type=Text)
    imported_at: datetime = Field(sa_type=Instant)
