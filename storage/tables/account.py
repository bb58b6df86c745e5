"""The accounts: who runs them, what they missed, and how they may send."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from storage.tables.base import Base, row_id
from storage.types import BigId, Instant, Text


class AccountRow(Base, table=True):
    """One login behind one puppet service. `heard_at` is the cursor: when its newest event was recorded.

    `salt` goes into the digests of people who asked to be forgotten. `tiered_on` is the local day ("2026-11-22") on
    which tiers are reckoned anew, `tiered_to` the contact that has been reached, "" when all are done.
    """

    __tablename__ = "account"
    account_id: str = Field(primary_key=True)
    self_id: str = ""
    name: str = Field(default="", sa_type=Text)
    first_seen_at: datetime = Field(sa_type=Instant)
    login_at: datetime | None = Field(default=None, sa_type=Instant)
    heard_at: datetime | None = Field(default=None, sa_type=Instant)
    salt: str = ""
    tiered_on: str = ""
    tiered_to: str = ""


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
