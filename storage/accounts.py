"""Queries about the account: its login, its cursor, the gaps in its hearing, and the lease on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, func, select

from bot.core.errors import LeaseLostError
from storage.store import Db
from storage.tables import AccountRow, AuditRow, GapRow, LeaseRow, StepRow

_HEARD = (
    update(AccountRow)
    .where(
        col(AccountRow.account_id) == bindparam("account"),
        col(AccountRow.heard_at).is_(None) | (col(AccountRow.heard_at) < bindparam("at")),
    )
    .values(heard_at=bindparam("at"))
    .execution_options(synchronize_session=False)
)
_LEASE = select(LeaseRow).where(LeaseRow.account_id == bindparam("account")).with_for_update()


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run an account: `epoch` is checked in every transaction that intends to send."""

    account_id: str
    holder: str
    epoch: int
    expires_at: datetime


def ensure(db: Db, account_id: str, now: datetime) -> None:
    """Know the account."""
    if db.get(AccountRow, account_id) is None:
        _insert(db, AccountRow(account_id=account_id, first_seen_at=now))


def logged_in(db: Db, account_id: str, self_id: str, now: datetime) -> str:
    """Remember who is logged in; returns the contact id that was logged in before ("" at first)."""
    row = db.get_one(AccountRow, account_id)
    before, row.self_id, row.login_at = row.self_id, self_id, now
    return before


def heard(db: Db, account_id: str, at: datetime) -> None:
    """Move the cursor; it never goes back."""
    db.exec(_HEARD, params={"account": account_id, "at": at})


def heard_at(db: Db, account_id: str) -> datetime | None:
    """When the newest event was recorded."""
    row = db.get(AccountRow, account_id)
    return row.heard_at if row else None


def lived_until(db: Db, account_id: str) -> datetime | None:
    """When anything was last written down: an event, a step of a post, a command. None before the first.

    Where the demo's own time goes on after a stop: days may have passed in which nobody said a word.
    """
    moments = [heard_at(db, account_id)]
    for table in (StepRow, AuditRow):
        newest = select(table.at).where(table.account_id == account_id).order_by(col(table.id).desc()).limit(1)
        moments.append(db.exec(newest).first())
    return max((at for at in moments if at is not None), default=None)


def first_seen_at(db: Db, account_id: str) -> datetime | None:
    """When the account was first run."""
    row = db.get(AccountRow, account_id)
    return row.first_seen_at if row else None


def note_gap(db: Db, account_id: str, since: datetime, until: datetime) -> None:
    """Record a stretch of deafness."""
    db.add(GapRow(account_id=account_id, since=since, until=until))


def gaps_since(db: Db, account_id: str, since: datetime) -> tuple[int, timedelta]:
    """How many gaps there were, and how long they lasted together."""
    rows = db.exec(select(GapRow).where(GapRow.account_id == account_id, col(GapRow.until) >= since)).all()
    return len(rows), sum((row.until - row.since for row in rows), timedelta())


def lease(db: Db, account_id: str) -> Lease | None:
    """The lease as it stands, expired or not."""
    row = db.get(LeaseRow, account_id)
    return Lease(row.account_id, row.holder, row.epoch, row.expires_at) if row else None


def take_lease(db: Db, account_id: str, holder: str, now: datetime, ttl: timedelta, *, force: bool) -> Lease | None:
    """Take the account over if nobody holds it (or `force`, when the holder is known to be dead); else None.

    `now` is the real time. A new holder gets a new epoch, so that a late transaction of the old one fails.
    """
    row = db.exec(select(LeaseRow).where(LeaseRow.account_id == account_id).with_for_update()).one_or_none()
    if row is None:
        top = db.exec(select(func.max(LeaseRow.epoch))).one() or 0
        row = LeaseRow(account_id=account_id, holder=holder, epoch=top, expires_at=now)
        if not _insert(db, row):
            return None
    elif row.holder not in {"", holder} and row.expires_at > now and not force:
        return None
    row.holder, row.epoch, row.expires_at = holder, row.epoch + 1, now + ttl
    db.flush()
    return Lease(account_id, holder, row.epoch, row.expires_at)


def renew_lease(db: Db, held: Lease, now: datetime, ttl: timedelta) -> None:
    """Keep the account; `LeaseLostError` when somebody else has it."""
    check_lease(db, held)
    db.get_one(LeaseRow, held.account_id).expires_at = now + ttl


def release_lease(db: Db, held: Lease, now: datetime) -> None:
    """Let go, so that the next process need not wait."""
    row = db.get(LeaseRow, held.account_id)
    if row is not None and row.epoch == held.epoch:
        row.holder, row.expires_at = "", now


def check_lease(db: Db, held: Lease) -> None:
    """Raise `LeaseLostError` unless the account is still ours."""
    row = db.exec(_LEASE, params={"account": held.account_id}).one_or_none()
    if row is None or row.epoch != held.epoch:
        raise LeaseLostError(f"account {held.account_id!r} was taken over by another process")


def _insert(db: Db, row: AccountRow | LeaseRow) -> bool:
    """Write a first row; False when another process was faster, whose row then stays as it is."""
    try:
        with db.begin_nested():
            db.add(row)
            db.flush()
    except IntegrityError:
        return False
    return True
