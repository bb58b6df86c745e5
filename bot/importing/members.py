"""A stretch of a list of members: who each is, and what of the row is news to the house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.birthday import Birthday
from bot.core.forgotten import Forgotten
from bot.core.listed import ListedMember, placeholder
from bot.importing.binding import Binding
from bot.importing.fault import Fault
from bot.importing.headings import Headings
from bot.importing.seen import Seen
from bot.importing.tally import Tally
from storage import customers, tiers
from storage.customers import Card, Enrolment, Known
from storage.store import Db


class Members:
    """Members of one file. `check` only reads; `write` does what it found."""

    def __init__(self, account_id: str, headings: Headings, seen: Seen, forgotten: Forgotten) -> None:
        self._account, self._headings, self._seen, self._forgotten = account_id, headings, seen, forgotten
        self.binding = Binding(account_id, forgotten)

    def check(
        self, db: Db, rows: Sequence[ListedMember], now: datetime, tally: Tally
    ) -> tuple[list[Enrolment], list[Fault]]:
        """Whom the rows mean and what is to be written; rows that contradict others, or the house, are faults."""
        faults: list[Fault] = []
        people: list[Enrolment] = []
        known = customers.look(db, self._account, rows, now)
        for row in rows:
            fault = self._repeated(row) or self._contradicted(row, known)
            if fault is not None:
                faults.append(fault)
                continue
            contact_id = row.contact_id or known.owners.get(row.member_no) or placeholder(row.member_no)
            if contact_id in self._forgotten or placeholder(row.member_no) in self._forgotten:
                tally.left_out += 1
                continue
            person = _enrolment(contact_id, row, known, bound=contact_id in self.binding.bound)
            tally.new += person.new
            tally.same += person.same
            tally.changed += not (person.new or person.same)
            people.append(person)
        tally.concerned.update(person.contact_id for person in people if not person.same)
        return people, faults

    def write(self, db: Db, people: Sequence[Enrolment], now: datetime) -> None:
        """One transaction."""
        news = [person for person in people if not person.same]
        if news:
            tiers.due_again(db, self._account)
            customers.enrol(db, self._account, news, now)

    def _repeated(self, row: ListedMember) -> Fault | None:
        for column, value in (("id", row.contact_id), ("member_no", row.member_no)):
            before = self._seen.first(f"{column}:{value}", row.line) if value else None
            if before is not None:
                return Fault(row.line, self._headings.said[column], value, f"stands on line {before} already")
        return None

    def _contradicted(self, row: ListedMember, known: Known) -> Fault | None:
        """One number, one person: which of two is right only a person can say."""
        if not row.contact_id or not row.member_no:
            return None
        owner = known.owners.get(row.member_no, row.contact_id)
        has = known.cards[row.contact_id].member_no if row.contact_id in known.cards else ""
        said = self._headings.said["member_no"]
        if owner not in {row.contact_id, placeholder(row.member_no)}:
            return Fault(row.line, said, row.member_no, f"belongs to {owner}, not to {row.contact_id}")
        if has not in {"", row.member_no}:
            return Fault(row.line, said, row.member_no, f"{row.contact_id} has the number {has}")
        return None


def _enrolment(contact_id: str, row: ListedMember, known: Known, *, bound: bool) -> Enrolment:
    """An empty cell says nothing; a name that comes from a room is newer than any list.

    Somebody just `bound` was known before, by their number.
    """
    card = known.cards.get(contact_id, Card())
    heard = contact_id in known.heard and card.name
    due = Card(
        name=card.name if heard else row.name or card.name,
        member_no=row.member_no or card.member_no,
        tier_listed=row.tier or card.tier_listed,
        note=row.note or card.note,
    )
    new = contact_id not in known.cards and not bound
    fresh, moved = _birthdays(contact_id, row, known)
    return Enrolment(
        contact_id,
        due,
        new,
        changed=bound or (not new and due != card),
        tags=[tag for tag in row.tags if (contact_id, tag) not in known.tags],
        new_birthdays=fresh,
        changed_birthdays=moved,
    )


def _birthdays(contact_id: str, row: ListedMember, known: Known) -> tuple[list[Birthday], list[Birthday]]:
    """Those the house does not have, and those it has from a list with another date; a member's own word stays."""
    fresh, moved = [], []
    for told in row.birthdays:
        key = (contact_id, told.whose, told.name)
        on_file = known.birthdays.get(key)
        if key not in known.birthdays:
            fresh.append(replace(told, contact_id=contact_id))
        elif on_file is not None and on_file.day != told.date:
            moved.append(replace(told, contact_id=contact_id, private=on_file.private))
    return fresh, moved
