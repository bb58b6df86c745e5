"""Brings together what a file says belongs together: a member number of a stranger, and the id they now have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.core.forgotten import Forgotten
from bot.core.listed import placeholder
from storage import bindings, customers, strangers
from storage.customers import Card
from storage.store import Db

AT_ONCE = 20
"""So many are bound in one transaction: each touches every table."""

Pair = tuple[str, str]
"""(the id that stands for a member number, the real one)"""


class Named(Protocol):
    """A row that may give both an id and a member number."""

    @property
    def contact_id(self) -> str: ...

    @property
    def member_no(self) -> str: ...


@dataclass(slots=True)
class Binding:
    """The shop's own list is a person's word for who has which number; a nickname never is. `bound` are the ids."""

    account_id: str
    forgotten: Forgotten
    bound: set[str] = field(default_factory=set)

    def find(self, db: Db, rows: Sequence[Named]) -> list[Pair]:
        """Whom these rows give an id who were known by nothing but their number."""
        both = {row.member_no: row.contact_id for row in reversed(rows) if row.contact_id and row.member_no}
        owners = customers.owners(db, self.account_id, both)
        nameless = {number for number, owner in owners.items() if owner == placeholder(number) != both[number]}
        others = customers.numbers(db, self.account_id, [both[number] for number in nameless])
        free = (number for number in sorted(nameless) if not others.get(both[number]))
        pairs = {both[number]: placeholder(number) for number in free if both[number] not in self.forgotten}
        self.bound.update(pairs)
        return [(old, new) for new, old in pairs.items()]

    def bare(self, db: Db, pairs: Sequence[Pair]) -> set[str]:
        """The old ids of those of whom nothing is known but orders: these go over all at once."""
        return strangers.bare(db, self.account_id, [old for old, _new in pairs])

    def adopt(self, db: Db, pairs: Sequence[Pair], now: datetime) -> None:
        """One transaction, for bare ones."""
        strangers.adopt(db, self.account_id, pairs, now)

    def bind(self, db: Db, pairs: Sequence[Pair], now: datetime) -> None:
        """One transaction, for anybody."""
        customers.meet(db, self.account_id, {new: Card() for _old, new in pairs}, now)
        for old, new in pairs:
            bindings.bind(db, self.account_id, old, new)
