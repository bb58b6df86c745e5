"""What customers bought: one order, and a customer's orders in three figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Purchase:
    """One order of the shop. `ordered_at` is aware, `amount_cents` what was paid, in hundredths of a yuan."""

    order_no: str
    contact_id: str
    amount_cents: int
    ordered_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Recency, frequency, monetary value: orders and cents within the tiers' span, the last order of all time."""

    orders: int = 0
    spent_cents: int = 0
    last_order_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """A customer's tier with the rule that decided it, in words; `by` is the person who set it by hand, or ""."""

    name: str
    rule: str
    by: str = ""
    figures: Figures = Figures()


def yuan(cents: int) -> str:
    """An amount as people write it: ¥1,299 or ¥1,299.50."""
    whole, rest = divmod(cents, 100)
    return f"¥{whole:,}.{rest:02}" if rest else f"¥{whole:,}"
