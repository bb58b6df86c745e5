"""A member and an order as a shop's own lists have them, before it is known whom of the house they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.core.birthday import Birthday


@dataclass(frozen=True, slots=True)
class ListedMember:
    """`contact_id` or `member_no` is given, perhaps both; what is empty says nothing. `line` is where it stands.

    The birthdays' own `contact_id` is empty yet.
    """

    line: int
    contact_id: str
    member_no: str
    name: str = ""
    tier: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    birthdays: tuple[Birthday, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """`contact_id` or `member_no` says whose it is. A `void` one was cancelled or paid back: it does not count."""

    line: int
    order_no: str
    contact_id: str
    member_no: str
    amount_cents: int
    ordered_at: datetime
    note: str = ""
    void: bool = False


def placeholder(member_no: str) -> str:
    """The contact id of somebody of whom only the shop's number is known, until they are bound to a real one."""
    return f"no:{member_no}"
