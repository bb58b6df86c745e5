"""Queries about members' points: the ledger is the truth, the balance beside each person is its sum."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import bindparam
from sqlmodel import col, func, insert, select

from bot.core.points import REDEEM, REVERSE, UNCAPPED, Entry, Payment, Place
from storage.store import Db
from storage.tables import ContactRow, MembershipRow, PointRow

# Asked for every batch of words: building a statement anew costs more than running it.
_LOCKED = (
    select(ContactRow)
    .where(
        ContactRow.account_id == bindparam("account"),
        col(ContactRow.contact_id).in_(bindparam("people", expanding=True)),
    )
    .order_by(col(ContactRow.contact_id))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_KNOWN = select(PointRow.subject).where(
    PointRow.account_id == bindparam("account"), col(PointRow.subject).in_(bindparam("subjects", expanding=True))
)
_EARNED = (
    select(PointRow.contact_id, PointRow.day, func.sum(PointRow.amount))
    .where(
        PointRow.account_id == bindparam("account"),
        col(PointRow.contact_id).in_(bindparam("people", expanding=True)),
        col(PointRow.day).in_(bindparam("days", expanding=True)),
        col(PointRow.rule).not_in(UNCAPPED),
        ~col(PointRow.subject).startswith(REVERSE),
    )
    .group_by(PointRow.contact_id, PointRow.day)
)


def pay(
    db: Db,
    account_id: str,
    *,
    contact_id: str,
    rule: str,
    subject: str,
    amount: int,
    room_id: str,
    day: date,
    now: datetime,
    note: str = "",
    cap: int | None = None,
) -> int:
    """Pay one event; returns what was really paid, as `pay_all` does."""
    payment = Payment(contact_id, rule, subject, amount, room_id, day, note)
    return pay_all(db, account_id, (payment,), now, cap=cap).get(subject, 0)


def pay_all(
    db: Db, account_id: str, payments: Iterable[Payment], now: datetime, cap: int | None = None
) -> Mapping[str, int]:
    """Pay events in their order; returns what was really paid by subject, without those that got nothing.

    Nothing is paid for a subject that was ever paid before, to people nobody knows, or beyond the `cap` that a person
    may earn on one local day: the last payment below it may be paid in part. A few queries, however many payments.
    `ValueError` for a negative amount.
    """
    due: dict[str, Payment] = {}
    for payment in payments:
        due.setdefault(payment.subject, payment)
    if any(payment.amount < 0 for payment in due.values()):
        raise ValueError("what is paid is not negative; use `reverse` or `correct`")
    people = _locked(db, account_id, {payment.contact_id for payment in due.values()})
    paid_before = _known(db, account_id, due)
    fresh = [payment for payment in due.values() if payment.amount and payment.subject not in paid_before]
    payable = [payment for payment in fresh if payment.contact_id in people]
    entries = payable if cap is None else _below(cap, payable, _earned(db, account_id, payable))
    _enter(db, account_id, entries, people, now)
    return {entry.subject: entry.amount for entry in entries}


def reverse(db: Db, account_id: str, subject: str, now: datetime, by: str = "") -> bool:
    """Take back what was paid for this subject, or give back what was spent; False unless there is something to.

    It happens once: the subject of the new entry is "reverse:" and this one's, and that one can itself be reversed.
    A balance falls below zero when the points are spent already: then the next ones earned fill it up.
    """
    query = select(PointRow).where(PointRow.account_id == account_id, PointRow.subject == subject)
    row = db.exec(query).first()
    if row is None:
        return False
    people = _locked(db, account_id, {row.contact_id})
    if row.contact_id not in people or _known(db, account_id, (REVERSE + subject,)):
        return False
    day = date.fromisoformat(row.day)
    back = Payment(row.contact_id, row.rule, REVERSE + subject, -row.amount, row.room_id, day, row.note, by)
    _enter(db, account_id, [back], people, now)
    return True


def take(db: Db, account_id: str, payment: Payment, now: datetime) -> bool:
    """Enter a change that may take points away, `payment.amount` being negative then; never below zero.

    False, and nothing changes, when there are too few, when its subject stands in the ledger already, or when nobody
    knows the person.
    """
    people = _locked(db, account_id, {payment.contact_id})
    row = people.get(payment.contact_id)
    if row is None or (payment.amount < 0 and row.points + payment.amount < 0):
        return False
    if _known(db, account_id, (payment.subject,)):
        return False
    _enter(db, account_id, [payment], people, now)
    return True


def entered(db: Db, account_id: str, subject: str) -> bool:
    """Whether this event stands in the ledger, taken back or not."""
    return bool(_known(db, account_id, (subject,)))


def balance(db: Db, account_id: str, contact_id: str) -> int:
    """How many points a person has; 0 for somebody nobody knows."""
    query = select(ContactRow.points).where(ContactRow.account_id == account_id, ContactRow.contact_id == contact_id)
    return db.exec(query).first() or 0


def earned(db: Db, account_id: str, contact_id: str, day: date) -> int:
    """What counts towards the cap of that local day."""
    return _earned_by(db, account_id, {contact_id}, {day.isoformat()}).get((contact_id, day), 0)


def history(db: Db, account_id: str, contact_id: str, limit: int) -> tuple[Entry, ...]:
    """A person's last entries, newest first."""
    query = select(PointRow).where(PointRow.account_id == account_id, PointRow.contact_id == contact_id)
    return tuple(_entry(row) for row in db.exec(query.order_by(col(PointRow.id).desc()).limit(limit)))


def board(
    db: Db, account_id: str, room_id: str | None, since: date | None, limit: int, asker: str = ""
) -> tuple[Place, ...]:
    """Who got the most points since a local day, or ever; of those who are in the room now, or of all.

    What is spent takes nobody down. Who has unsubscribed is shown to themselves only.
    """
    total = func.sum(PointRow.amount)
    contact = (col(ContactRow.account_id) == col(PointRow.account_id)) & (
        col(ContactRow.contact_id) == col(PointRow.contact_id)
    )
    query = (
        select(PointRow.contact_id, ContactRow.name, total)
        .join(ContactRow, contact)
        .where(PointRow.account_id == account_id, PointRow.rule != REDEEM)
        .where(col(ContactRow.unsubscribed_at).is_(None) | (col(ContactRow.contact_id) == asker))
        .group_by(PointRow.contact_id, ContactRow.name)
        .having(total > 0)
        .order_by(total.desc(), func.max(PointRow.id), PointRow.contact_id)
        .limit(limit)
    )
    if since is not None:
        query = query.where(PointRow.day >= since.isoformat())
    aliases: dict[str, str] = {}
    if room_id is not None:
        aliases = _present(db, account_id, room_id)
        query = query.where(col(PointRow.contact_id).in_(list(aliases)))
    return _ranked([(contact_id, aliases.get(contact_id) or name, sum_) for contact_id, name, sum_ in db.exec(query)])


def _ranked(rows: Sequence[tuple[str, str, int]]) -> tuple[Place, ...]:
    places: list[Place] = []
    for number, (contact_id, name, points) in enumerate(rows, 1):
        tied = places and places[-1].points == points
        places.append(Place(places[-1].rank if tied else number, contact_id, name, int(points)))
    return tuple(places)


def _present(db: Db, account_id: str, room_id: str) -> dict[str, str]:
    """Who is in the room, with what they call themselves there."""
    query = select(MembershipRow.contact_id, MembershipRow.alias).where(
        MembershipRow.account_id == account_id, MembershipRow.room_id == room_id, col(MembershipRow.left_at).is_(None)
    )
    return dict(db.exec(query).all())


def _locked(db: Db, account_id: str, people: Collection[str]) -> dict[str, ContactRow]:
    """Their rows, held until the end of the transaction: whoever else pays them waits, and then sees what was paid."""
    if not people:
        return {}
    held = db.exec(_LOCKED, params={"account": account_id, "people": list(people)})
    return {row.contact_id: row for row in held}


def _known(db: Db, account_id: str, subjects: Collection[str]) -> set[str]:
    if not subjects:
        return set()
    return set(db.exec(_KNOWN, params={"account": account_id, "subjects": list(subjects)}))


def _earned(db: Db, account_id: str, payments: Collection[Payment]) -> dict[tuple[str, date], int]:
    people = {payment.contact_id for payment in payments}
    return _earned_by(db, account_id, people, {payment.day.isoformat() for payment in payments}) if payments else {}


def _earned_by(db: Db, account_id: str, people: Collection[str], days: Collection[str]) -> dict[tuple[str, date], int]:
    """What each earned on each day; what was taken back later stays in it, what was spent or set right is not."""
    asked = {"account": account_id, "people": list(people), "days": list(days)}
    found = db.exec(_EARNED, params=asked)
    return {(contact_id, date.fromisoformat(day)): int(total) for contact_id, day, total in found}


def _below(cap: int, payments: Iterable[Payment], earned: dict[tuple[str, date], int]) -> list[Payment]:
    within: list[Payment] = []
    for payment in payments:
        key = (payment.contact_id, payment.day)
        amount = min(payment.amount, cap - earned.get(key, 0))
        if amount > 0:
            earned[key] = earned.get(key, 0) + amount
            within.append(replace(payment, amount=amount))
    return within


def _enter(
    db: Db, account_id: str, entries: Sequence[Payment], people: Mapping[str, ContactRow], now: datetime
) -> None:
    if not entries:
        return
    db.exec(insert(PointRow), params=[_row(account_id, entry, now) for entry in entries])
    for entry in entries:
        people[entry.contact_id].points += entry.amount
    db.flush()


def _row(account_id: str, entry: Payment, now: datetime) -> dict[str, object]:
    return {
        "account_id": account_id,
        "contact_id": entry.contact_id,
        "amount": entry.amount,
        "rule": entry.rule,
        "subject": entry.subject,
        "room_id": entry.room_id,
        "day": entry.day.isoformat(),
        "note": entry.note,
        "by": entry.by,
        "at": now,
    }


def _entry(row: PointRow) -> Entry:
    taken_back = row.subject.startswith(REVERSE)
    return Entry(row.amount, row.rule, row.note, row.room_id, date.fromisoformat(row.day), row.at, row.by, taken_back)
