"""Queries about what customers bought."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import bindparam, case, delete, func, insert, select, update
from sqlmodel import col

from bot.core.purchase import Figures, Purchase
from storage.store import Db
from storage.tables import PurchaseRow

_CHANGE = (
    update(PurchaseRow.__table__)  # type: ignore[attr-defined]  # SQLModel does not declare it
    .where(
        col(PurchaseRow.account_id) == bindparam("account"),
        col(PurchaseRow.order_no) == bindparam("number"),
    )
    .values(
        contact_id=bindparam("contact"),
        amount_cents=bindparam("amount"),
        ordered_at=bindparam("at"),
        note=bindparam("remark"),
        imported_at=bindparam("now"),
    )
)


def known(db: Db, account_id: str, order_nos: Collection[str]) -> dict[str, Purchase]:
    """Those of these orders that the house has, by their numbers."""
    query = select(
        *(col(PurchaseRow.order_no), col(PurchaseRow.contact_id), col(PurchaseRow.amount_cents)),
        *(col(PurchaseRow.ordered_at), col(PurchaseRow.note)),
    ).where(col(PurchaseRow.account_id) == account_id, col(PurchaseRow.order_no).in_(order_nos))
    return {row[0]: Purchase(*row) for row in db.execute(query)} if order_nos else {}


def add(db: Db, account_id: str, purchases: Iterable[Purchase], now: datetime) -> None:
    """Enter orders that the house does not have."""
    rows = [
        {
            "account_id": account_id,
            "order_no": item.order_no,
            "contact_id": item.contact_id,
            "amount_cents": item.amount_cents,
            "ordered_at": item.ordered_at,
            "note": item.note,
            "imported_at": now,
        }
        for item in purchases
    ]
    if rows:
        db.execute(insert(PurchaseRow.__table__), rows)  # type: ignore[attr-defined]  # SQLModel does not declare it


def change(db: Db, account_id: str, purchases: Iterable[Purchase], now: datetime) -> None:
    """Replace orders that the house has."""
    rows = [
        {
            "account": account_id,
            "number": item.order_no,
            "contact": item.contact_id,
            "amount": item.amount_cents,
            "at": item.ordered_at,
            "remark": item.note,
            "now": now,
        }
        for item in purchases
    ]
    if rows:
        db.connection().execute(_CHANGE, rows)


def remove(db: Db, account_id: str, order_nos: Collection[str]) -> None:
    """Take orders out that were cancelled or paid back."""
    if order_nos:
        db.execute(
            delete(PurchaseRow).where(
                col(PurchaseRow.account_id) == account_id, col(PurchaseRow.order_no).in_(order_nos)
            )
        )


def latest(db: Db, account_id: str, contact_id: str, limit: int) -> tuple[Purchase, ...]:
    """A person's last orders, newest first."""
    query = (
        select(
            *(col(PurchaseRow.order_no), col(PurchaseRow.contact_id), col(PurchaseRow.amount_cents)),
            *(col(PurchaseRow.ordered_at), col(PurchaseRow.note)),
        )
        .where(col(PurchaseRow.account_id) == account_id, col(PurchaseRow.contact_id) == contact_id)
        .order_by(col(PurchaseRow.ordered_at).desc(), col(PurchaseRow.order_no).desc())
        .limit(limit)
    )
    return tuple(Purchase(*row) for row in db.execute(query))


def any_at_all(db: Db, account_id: str) -> bool:
    """Whether the house knows a single order."""
    query = select(col(PurchaseRow.order_no)).where(col(PurchaseRow.account_id) == account_id).limit(1)
    return db.execute(query).first() is not None


def figures(db: Db, account_id: str, contact_ids: Collection[str], since: datetime) -> dict[str, Figures]:
    """Orders and cents since a time, and the last order of all, of those among these people who ever bought.

    One grouped query; a list in the order of its ids is read as one stretch of the index.
    """
    recent = col(PurchaseRow.ordered_at) >= since
    query = (
        select(
            col(PurchaseRow.contact_id),
            func.sum(case((recent, 1), else_=0)),
            func.sum(case((recent, col(PurchaseRow.amount_cents)), else_=0)),
            func.max(PurchaseRow.ordered_at),
        )
        .where(col(PurchaseRow.account_id) == account_id, col(PurchaseRow.contact_id).in_(contact_ids))
        .group_by(col(PurchaseRow.contact_id))
    )
    if not contact_ids:
        return {}
    return {contact_id: Figures(int(orders), int(cents), last) for contact_id, orders, cents, last in db.execute(query)}
