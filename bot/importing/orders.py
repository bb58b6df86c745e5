"""A stretch of a list of orders: whose each is, and what of it is news to the house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.forgotten import Forgotten
from bot.core.listed import ListedOrder, placeholder
from bot.core.purchase import Purchase
from bot.importing.binding import Binding
from bot.importing.fault import Fault
from bot.importing.headings import Headings
from bot.importing.seen import Seen
from bot.importing.tally import Tally
from storage import customers, purchases, tiers
from storage.customers import Card
from storage.store import Db


@dataclass(slots=True)
class Booking:
    """What is to be written of a stretch of orders; `strangers` are those whom nobody knew before."""

    new: list[Purchase] = field(default_factory=list)
    changed: list[Purchase] = field(default_factory=list)
    taken_out: list[str] = field(default_factory=list)
    strangers: dict[str, Card] = field(default_factory=dict)


class Orders:
    """Orders of one file. `check` only reads; `write` does what it found."""

    def __init__(self, account_id: str, headings: Headings, seen: Seen, forgotten: Forgotten) -> None:
        self._account, self._headings, self._seen, self._forgotten = account_id, headings, seen, forgotten
        self.binding = Binding(account_id, forgotten)
        self._met: dict[str, str] = {}

    def check(self, db: Db, rows: Sequence[ListedOrder], now: datetime, tally: Tally) -> tuple[Booking, list[Fault]]:
        """Whose orders they are and what is to be written; a number that stands twice in a file is a fault."""
        faults: list[Fault] = []
        booking = Booking()
        known = purchases.known(db, self._account, [row.order_no for row in rows])
        people = self._look(db, rows)
        for row in rows:
            fault = self._repeated(row) or self._contradicted(row, people)
            if fault is not None:
                faults.append(fault)
            elif row.void:
                _take_out(known.get(row.order_no), booking, tally)
            else:
                self._book(row, known.get(row.order_no), people, booking, tally)
        return booking, faults

    def write(self, db: Db, booking: Booking, now: datetime) -> None:
        """One transaction."""
        if not (booking.new or booking.changed or booking.taken_out):
            return
        tiers.due_again(db, self._account)
        customers.meet(db, self._account, booking.strangers, now)
        purchases.add(db, self._account, booking.new, now)
        purchases.change(db, self._account, booking.changed, now)
        purchases.remove(db, self._account, booking.taken_out)

    def _look(self, db: Db, rows: Sequence[ListedOrder]) -> _People:
        owners = customers.owners(db, self._account, {row.member_no for row in rows if row.member_no})
        said = {row.contact_id or placeholder(row.member_no) for row in rows if not row.void}
        return _People({**self._met, **owners}, customers.existing(db, self._account, said) | set(owners.values()))

    def _repeated(self, row: ListedOrder) -> Fault | None:
        before = self._seen.first(row.order_no, row.line)
        if before is None:
            return None
        return Fault(row.line, self._headings.said["order_no"], row.order_no, f"stands on line {before} already")

    def _contradicted(self, row: ListedOrder, people: _People) -> Fault | None:
        owner = people.owners.get(row.member_no)
        if owner in {None, row.contact_id, placeholder(row.member_no)} or row.contact_id not in people.there:
            return None
        reason = f"belongs to {owner}, not to {row.contact_id}"
        return Fault(row.line, self._headings.said["member_no"], row.member_no, reason)

    def _book(self, row: ListedOrder, before: Purchase | None, people: _People, booking: Booking, tally: Tally) -> None:
        whose = people.whose(row)
        if whose in self._forgotten or placeholder(row.member_no) in self._forgotten:
            tally.left_out += 1
            return
        if whose not in people.there:
            booking.strangers[whose] = Card(member_no=row.member_no)
            self._met.setdefault(row.member_no, whose)
            people.owners.setdefault(row.member_no, whose)
            tally.strangers.add(whose)
        order = Purchase(row.order_no, whose, row.amount_cents, row.ordered_at, row.note)
        if before == order:
            tally.same += 1
            return
        tally.concerned.update({whose, before.contact_id} if before else {whose})
        if before is None:
            tally.new += 1
            booking.new.append(order)
        else:
            tally.changed += 1
            booking.changed.append(order)


@dataclass(frozen=True, slots=True)
class _People:
    """Who has which member number, and whom the house knows."""

    owners: dict[str, str]
    there: set[str]

    def whose(self, row: ListedOrder) -> str:
        """Somebody the house knows, if one of both is; else a stranger, by the id if there is one."""
        if row.contact_id in self.there:
            return row.contact_id
        return self.owners.get(row.member_no) or row.contact_id or placeholder(row.member_no)


def _take_out(before: Purchase | None, booking: Booking, tally: Tally) -> None:
    """Nobody paid for it in the end: one that was counted is so no more."""
    tally.void += 1
    if before is not None:
        tally.taken_out += 1
        tally.concerned.add(before.contact_id)
        booking.taken_out.append(before.order_no)
