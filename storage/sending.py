"""Queries about an account's sending: its pace, its breaker, a frozen clock, and a full stop."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.sending import Sending
from storage.store import Db
from storage.tables import SendingRow

_DOUBLINGS = 10
"""The breaker stays open no longer than this many doublings make it: 21 days for a first half hour."""


def load(db: Db, account_id: str) -> Sending:
    """How things stand; all at ease for an account that has never sent."""
    row = db.get(SendingRow, account_id)
    return _sending(row) if row else Sending()


def pace(db: Db, account_id: str, paced_until: datetime | None) -> None:
    """Remember the rate limiter's state; None says nothing about it."""
    if paced_until is not None:
        _row(db, account_id).paced_until = paced_until


def trip(db: Db, account_id: str, why: str, now: datetime, first: timedelta, calm: timedelta) -> Sending:
    """Open the breaker for `first`, or twice as long as the last time when that ended less than `calm` ago.

    Several faults of one incident open it once: while it is open, nothing changes.
    """
    row = _row(db, account_id)
    last = row.breaker_until
    if last is None or last <= now:
        row.breaker_times = row.breaker_times + 1 if last is not None and now - last < calm else 1
        row.breaker_until = now + first * 2 ** min(row.breaker_times - 1, _DOUBLINGS)
        row.breaker_why = why
    return _sending(row)


def freeze(db: Db, account_id: str, until: datetime) -> None:
    """Send nothing until then: the clock cannot be trusted."""
    _row(db, account_id).frozen_until = until


def stop(db: Db, account_id: str, why: str, now: datetime) -> None:
    """Send nothing until a person says so; what stopped it first stays the reason."""
    row = _row(db, account_id)
    if row.stopped_at is None:
        row.stopped_at, row.stopped_why = now, why


def thaw(db: Db, account_id: str) -> None:
    """A person has looked at the clock: posts go on."""
    _row(db, account_id).frozen_until = None


def reset(db: Db, account_id: str) -> None:
    """A person closes the breaker; the next warning begins at the first pause again."""
    row = _row(db, account_id)
    row.breaker_until, row.breaker_times, row.breaker_why = None, 0, ""


def restart(db: Db, account_id: str) -> None:
    """A person ends a full stop."""
    row = _row(db, account_id)
    row.stopped_at, row.stopped_why = None, ""


def _row(db: Db, account_id: str) -> SendingRow:
    row = db.get(SendingRow, account_id)
    if row is None:
        row = SendingRow(account_id=account_id)
        db.add(row)
        db.flush()
    return row


def _sending(row: SendingRow) -> Sending:
    return Sending(
        paced_until=row.paced_until,
        breaker_until=row.breaker_until,
        breaker_times=row.breaker_times,
        breaker_why=row.breaker_why,
        frozen_until=row.frozen_until,
        stopped_at=row.stopped_at,
        stopped_why=row.stopped_why,
    )
