"""Queries about who asked to be forgotten."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlmodel import col, delete, select

from bot.core.forgotten import Forgotten, digest
from bot.core.listed import placeholder
from storage.store import Db
from storage.tables import AccountRow, ForgottenRow


def every(db: Db, account_id: str) -> Forgotten:
    """All of them, ready to be asked about an id."""
    account = db.get(AccountRow, account_id)
    digests = db.exec(select(ForgottenRow.digest).where(ForgottenRow.account_id == account_id))
    return Forgotten(account.salt if account else "", frozenset(digests))


def holds(db: Db, account_id: str, contact_id: str) -> bool:
    """Whether this person asked to be forgotten and has not come back."""
    return _find(db, account_id, contact_id) is not None


def add(db: Db, account_id: str, contact_id: str, member_no: str, now: datetime) -> bool:
    """Keep nothing about them from now on, nor about the customer number; False when that holds already.

    The salt is made when it is first needed.
    """
    account = db.get_one(AccountRow, account_id)
    account.salt = account.salt or secrets.token_hex(16)
    whose = digest(account.salt, contact_id)
    known = _find(db, account_id, contact_id) is not None
    for one in {contact_id, placeholder(member_no)} if member_no else {contact_id}:
        hidden = digest(account.salt, one)
        if db.get(ForgottenRow, (account_id, hidden)) is None:
            db.add(ForgottenRow(account_id=account_id, digest=hidden, whose=whose, at=now))
    db.flush()
    return not known


def remove(db: Db, account_id: str, contact_id: str) -> bool:
    """They want to be known again, as somebody new; False when nobody had forgotten them."""
    row = _find(db, account_id, contact_id)
    if row is None:
        return False
    db.exec(
        delete(ForgottenRow).where(col(ForgottenRow.account_id) == account_id, col(ForgottenRow.whose) == row.digest)
    )
    db.expire_all()
    return True


def _find(db: Db, account_id: str, contact_id: str) -> ForgottenRow | None:
    account = db.get(AccountRow, account_id)
    if account is None or not account.salt:
        return None
    return db.get(ForgottenRow, (account_id, digest(account.salt, contact_id)))
