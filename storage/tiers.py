"""Queries about customers' tiers: reckoned from their orders, for some or for all, and set by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, select, update
from sqlmodel import col

from bot.core.purchase import Figures, Tier
from bot.policy import tiers
from bot.policy.customs import Customs
from storage import purchases
from storage.store import Db
from storage.tables import AccountRow, ContactRow

PAGE = 2_000
"""So many people are reckoned in one transaction: a tenth of a second in which nobody else writes."""

_COLUMNS = (
    *(col(ContactRow.contact_id), col(ContactRow.tier), col(ContactRow.tier_rule), col(ContactRow.tier_by)),
    *(col(ContactRow.tier_listed), col(ContactRow.orders), col(ContactRow.spent_cents), col(ContactRow.last_order_at)),
)
_KEY = (col(ContactRow.account_id) == bindparam("account"), col(ContactRow.contact_id) == bindparam("contact"))
_TABLE = ContactRow.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
_FIGURES: dict[str, BindParameter[Any]] = {
    "orders": bindparam("times"),
    "spent_cents": bindparam("cents"),
    "last_order_at": bindparam("last"),
}
_COUNTED = update(_TABLE).where(*_KEY).values(**_FIGURES)
_RANKED = (
    update(_TABLE).where(*_KEY, col(ContactRow.tier_by) == "").values(tier=bindparam("due"), tier_rule=bindparam("why"))
)


@dataclass(frozen=True, slots=True)
class Terms:
    """By which customs tiers are reckoned, and in which language their rules are told."""

    customs: Customs
    locale: str = "zh"


def reckon(db: Db, account_id: str, terms: Terms, contact_ids: Collection[str], now: datetime) -> int:
    """Count these people's orders and give them their tiers; returns how many changed.

    A tier that somebody set by hand stays, whatever the figures say. Where the house knows no orders at all, there
    are no tiers but those of the list.
    """
    if not contact_ids:
        return 0
    query = select(*_COLUMNS).where(
        col(ContactRow.account_id) == account_id, col(ContactRow.contact_id).in_(contact_ids)
    )
    return _apply(db, account_id, terms, db.execute(query).all(), now)


def reckon_page(db: Db, account_id: str, terms: Terms, after: str, now: datetime) -> tuple[str, int]:
    """The same for the next people by id; returns the last one reached ("" when all are done) and how many changed."""
    query = (
        select(*_COLUMNS)
        .where(col(ContactRow.account_id) == account_id, col(ContactRow.contact_id) > after)
        .order_by(col(ContactRow.contact_id))
        .limit(PAGE)
    )
    page = db.execute(query).all()
    changed = _apply(db, account_id, terms, page, now)
    return (page[-1][0] if len(page) == PAGE else ""), changed


def reckon_today(db: Db, account_id: str, terms: Terms, today: date, now: datetime) -> bool:
    """The next page of today's reckoning, remembered in the account's row; False when everybody has been reckoned.

    The span moves on with every day: what somebody bought a year ago counts no more.
    """
    account = db.get(AccountRow, account_id)
    if account is None:
        return False
    begun = account.tiered_on == today.isoformat()
    if begun and not account.tiered_to:
        return False
    account.tiered_to, _changed = reckon_page(db, account_id, terms, account.tiered_to if begun else "", now)
    account.tiered_on = today.isoformat()
    return True


def due_again(db: Db, account_id: str) -> None:
    """Orders or lists have changed: if nobody else reckons at once, the next look at the day does."""
    db.execute(update(AccountRow).where(col(AccountRow.account_id) == account_id).values(tiered_on="", tiered_to=""))


def of(db: Db, account_id: str, contact_id: str) -> Tier:
    """A person's tier and figures; nameless when nobody knows them or they have none."""
    row = db.get(ContactRow, (account_id, contact_id))
    if row is None:
        return Tier("", "")
    return Tier(row.tier, row.tier_rule, row.tier_by, Figures(row.orders, row.spent_cents, row.last_order_at))


def set_by_hand(db: Db, account_id: str, contact_id: str, tier: str, rule: str, by: str) -> bool:
    """Give a tier that no rule and no import changes; False when that is how it stands already."""
    row = db.get_one(ContactRow, (account_id, contact_id))
    if row.tier_by and row.tier == tier:
        return False
    row.tier, row.tier_rule, row.tier_by = tier, rule, by
    db.flush()
    return True


def leave_to_rules(db: Db, account_id: str, terms: Terms, contact_id: str, now: datetime) -> bool:
    """Let the figures decide again, at once; False when they did already."""
    row = db.get_one(ContactRow, (account_id, contact_id))
    if not row.tier_by:
        return False
    row.tier_by = ""
    db.flush()
    reckon(db, account_id, terms, (contact_id,), now)
    db.refresh(row)
    return True


def _apply(db: Db, account_id: str, terms: Terms, people: Sequence[Sequence[Any]], now: datetime) -> int:
    if not people:
        return 0
    bought = purchases.figures(db, account_id, [person[0] for person in people], now - terms.customs.tier_span)
    stocked = bool(bought) or purchases.any_at_all(db, account_id)
    counted, ranked = [], []
    for contact_id, name, rule, by, listed, *stands in people:
        figures = bought.get(contact_id, Figures())
        key = {"account": account_id, "contact": contact_id}
        if stands != [figures.orders, figures.spent_cents, figures.last_order_at]:
            last = figures.last_order_at
            counted.append({**key, "times": figures.orders, "cents": figures.spent_cents, "last": last})
        due = _due(terms, figures, listed, stocked=stocked)
        if not by and (name, rule) != (due.name, due.rule):
            ranked.append({**key, "due": due.name, "why": due.rule})
    for statement, rows in ((_COUNTED, counted), (_RANKED, ranked)):
        if rows:
            db.connection().execute(statement, rows)
    return len({row["contact"] for row in (*counted, *ranked)})


def _due(terms: Terms, figures: Figures, listed: str, *, stocked: bool) -> Tier:
    """In a house without a single order, nobody is told that they bought nothing."""
    due = tiers.decide(figures, terms.customs, listed=listed, locale=terms.locale)
    return due if stocked or (listed and due.name == listed) else Tier("", "")
