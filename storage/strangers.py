"""Customers known by nothing but a member number and their orders: many of them get their real id at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import col

from storage import customers
from storage.customers import Card
from storage.footprints import Trace, columns_of, tables_of
from storage.store import Db
from storage.tables import Base, ContactRow, PurchaseRow

_CONTACTS = Base.metadata.tables["contact"]
_OF_THEIRS = frozenset({"contact", "purchase", "message"})
"""Tables that need no look: what moves with them, and what only people in a room have."""

_MOVE = (
    update(Base.metadata.tables["purchase"])
    .where(col(PurchaseRow.account_id) == bindparam("account"), col(PurchaseRow.contact_id) == bindparam("old"))
    .values(contact_id=bindparam("new"))
)
_NUMBER = (
    update(_CONTACTS)
    .where(_CONTACTS.c.account_id == bindparam("account"), _CONTACTS.c.contact_id == bindparam("new"))
    .values(member_no=bindparam("number"))
)


def bare(db: Db, account_id: str, contact_ids: Collection[str]) -> set[str]:
    """Those of these people of whom nothing is known but orders: no name, tag, point, nor anything set by hand."""
    if not contact_ids:
        return set()
    plain = select(_CONTACTS.c.contact_id).where(
        *(_CONTACTS.c.account_id == account_id, _CONTACTS.c.contact_id.in_(contact_ids)),
        *(_CONTACTS.c[name] == "" for name in ("name", "note", "tier_listed", "tier_by")),
        *(_CONTACTS.c.points == 0, _CONTACTS.c.unsubscribed_at.is_(None)),
    )
    found = set(db.execute(plain).scalars())
    for name in tables_of(Trace.OWN):
        for column in () if name in _OF_THEIRS else columns_of(name, Trace.OWN):
            table = Base.metadata.tables[name]
            traces = select(table.c[column]).where(table.c.account_id == account_id, table.c[column].in_(found))
            found -= set(db.execute(traces.distinct()).scalars()) if found else set()
    return found


def adopt(db: Db, account_id: str, pairs: Sequence[tuple[str, str]], now: datetime) -> None:
    """Their orders and their number go to the new id, and nobody goes by the old one: (old, new), all of them bare."""
    if not pairs:
        return
    numbers = customers.numbers(db, account_id, [old for old, _new in pairs])
    customers.meet(db, account_id, {new: Card() for _old, new in pairs}, now)
    rows = [{"account": account_id, "old": old, "new": new, "number": numbers[old]} for old, new in pairs]
    db.connection().execute(_MOVE, rows)
    db.connection().execute(_NUMBER, rows)
    db.execute(
        delete(ContactRow).where(
            col(ContactRow.account_id) == account_id, col(ContactRow.contact_id).in_([old for old, _new in pairs])
        )
    )
