"""Forgetting somebody, first half: every row about them goes at once, and what is left to do is written down."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, false
from sqlmodel import col, delete, func, select, update

from bot.policy.traces import STRUCK, Traces
from storage import bindings, forgotten
from storage.footprints import MEMBER, OWN, columns_of, tables_of
from storage.store import Db
from storage.tables import (
    HAS_FILE,
    Base,
    CareRow,
    ContactRow,
    DeliveryRow,
    ErasureRow,
    FailureRow,
    MembershipRow,
    MessageRow,
    RedemptionRow,
)

SOLD = "granted"
"""Rewards that were handed over stay as a count of the shelf, with nobody's name on them."""


@dataclass(frozen=True, slots=True)
class Census:
    """How much there is about somebody, to be shown before it is erased."""

    words: int
    files: int
    other: int


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is left to do. `spared` are words that are no trace of anybody; `files` stand below the media folder.

    One without a contact id has been carried out but for the leftovers inside the database file.
    """

    id: int
    traces: Traces
    spared: frozenset[str]
    files: tuple[str, ...]


def census(db: Db, account_id: str, contact_id: str) -> Census:
    """Messages, files among them, and all other rows about somebody."""
    mine = select(func.count()).where(MessageRow.account_id == account_id, MessageRow.talker_id == contact_id)
    words = db.exec(mine).one()
    files = db.exec(mine.where(MessageRow.media_path != "")).one()
    tables = [item for item in _owned(account_id, contact_id) if item[0].name != "message"]
    other = sum(db.exec(select(func.count()).select_from(table).where(own)).one() for table, own in tables)
    return Census(words, files, other)


def begin(db: Db, account_id: str, contact_id: str, spared: Collection[str], now: datetime) -> None:
    """Forget them from this transaction on: no row is about them any more, and none will be written.

    What others said of them is struck out later, outside of this transaction: it means to look at every row.
    """
    names = _names(db, account_id, contact_id)
    contact = db.get(ContactRow, (account_id, contact_id))
    forgotten.add(db, account_id, contact_id, contact.member_no if contact else "", now)
    traces = Traces(contact_id).called(names)
    files = remove(db, account_id, contact_id)
    db.add(
        ErasureRow(
            account_id=account_id,
            contact_id=contact_id,
            names=list(traces.names),
            spared=sorted(spared),
            files=list(files),
            at=now,
        )
    )
    db.flush()


def remove(db: Db, account_id: str, contact_id: str) -> tuple[str, ...]:
    """Delete every row about them; returns where their files lie. A second time finds what came in meanwhile."""
    db.flush()
    files = db.exec(
        select(MessageRow.media_path)
        .where(MessageRow.account_id == account_id, MessageRow.talker_id == contact_id, MessageRow.media_path != "")
        .distinct()
    ).all()
    _blank_care(db, account_id, contact_id)
    _keep_sold(db, account_id, contact_id)
    said = select(MessageRow.message_id).where(MessageRow.account_id == account_id, MessageRow.talker_id == contact_id)
    failed = delete(FailureRow).where(col(FailureRow.account_id) == account_id)
    db.exec(failed.where(col(FailureRow.message_id).in_(said)))
    for table, own in _owned(account_id, contact_id):
        db.exec(table.delete().where(own))
    # What the session has read of them is not there any more.
    db.expire_all()
    return tuple(files)


def waiting(db: Db, account_id: str) -> tuple[Erasure, ...]:
    """What is still to be done, oldest first."""
    query = select(ErasureRow).where(ErasureRow.account_id == account_id).order_by(col(ErasureRow.id))
    return tuple(
        Erasure(row.id or 0, Traces(row.contact_id, tuple(row.names)), frozenset(row.spared), tuple(row.files))
        for row in db.exec(query)
    )


def widen(db: Db, erasure_id: int, names: Collection[str]) -> None:
    """More names were found, which a second attempt would no longer find once the first has begun to strike them."""
    row = db.get(ErasureRow, erasure_id)
    if row is not None:
        row.names = sorted(names)


def carried_out(db: Db, erasure_id: int) -> None:
    """Everything is struck out and deleted: what was to be struck is itself no longer needed."""
    row = db.get(ErasureRow, erasure_id)
    if row is not None:
        row.contact_id, row.names, row.spared, row.files = "", [], [], []


def close(db: Db, erasure_id: int) -> None:
    """The database file holds no leftovers either."""
    db.exec(delete(ErasureRow).where(col(ErasureRow.id) == erasure_id))


def files_in_use(db: Db, files: Collection[str]) -> set[str]:
    """Which of these files somebody else has sent as well: a file is kept once, for every account."""
    query = select(MessageRow.media_path).where(HAS_FILE, col(MessageRow.media_path).in_(list(files))).distinct()
    return set(db.exec(query)) if files else set()


def _owned(account_id: str, contact_id: str) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Every table that has rows about somebody, with how to find them."""
    for name in tables_of(OWN):
        table = Base.metadata.tables[name]
        own: ColumnElement[bool] = false()
        for column in columns_of(name, OWN):
            own = own | (table.c[column] == contact_id)
        yield table, (table.c.account_id == account_id) & own
    messages: Any = Base.metadata.tables["message"]
    private = messages.c.room_id.is_(None) & (messages.c.listener_id == contact_id)
    yield messages, (messages.c.account_id == account_id) & private
    audit: Any = Base.metadata.tables["audit"]
    commanded = (audit.c.actor_id == contact_id) & (audit.c.role == MEMBER)
    yield audit, (audit.c.account_id == account_id) & commanded


def _names(db: Db, account_id: str, contact_id: str) -> set[str]:
    contact = db.get(ContactRow, (account_id, contact_id))
    aliases = select(MembershipRow.alias).where(
        MembershipRow.account_id == account_id, MembershipRow.contact_id == contact_id
    )
    # Ids from before a binding are traces as much as names are.
    former = bindings.former_ids(db, account_id, contact_id)
    return {contact.name if contact else "", *db.exec(aliases), *former} - {""}


def _keep_sold(db: Db, account_id: str, contact_id: str) -> None:
    """The shelf must not fill up again because a customer is forgotten."""
    db.exec(
        update(RedemptionRow)
        .where(
            col(RedemptionRow.account_id) == account_id,
            col(RedemptionRow.contact_id) == contact_id,
            col(RedemptionRow.state) == SOLD,
        )
        .values(
            contact_id="", room_id="", told_at=func.coalesce(col(RedemptionRow.told_at), col(RedemptionRow.decided_at))
        )
    )


def _blank_care(db: Db, account_id: str, contact_id: str) -> None:
    """Greetings tell of pets and children too: one that was theirs alone is emptied, a shared one loses those words."""
    mine = select(CareRow).where(CareRow.account_id == account_id, CareRow.contact_id == contact_id)
    for part in db.exec(mine).all():
        delivery = db.get(DeliveryRow, part.delivery_id) if part.delivery_id else None
        if delivery is None:
            continue
        others = select(func.count()).where(
            CareRow.account_id == account_id,
            CareRow.delivery_id == part.delivery_id,
            CareRow.contact_id != contact_id,
        )
        alone = not db.exec(others).one()
        told = [word for word in part.about.values() if isinstance(word, str) and len(word) > 1]
        delivery.text = "" if alone else _without(delivery.text, told)
        _blank_echo(db, account_id, delivery.echo_message_id, told, alone=alone)


def _blank_echo(db: Db, account_id: str, message_id: str, told: Collection[str], *, alone: bool) -> None:
    query = select(MessageRow).where(MessageRow.account_id == account_id, MessageRow.message_id == message_id)
    echo = db.exec(query).one_or_none() if message_id else None
    if echo is not None:
        echo.text = "" if alone else _without(echo.text, told)


def _without(text: str, words: Collection[str]) -> str:
    for word in words:
        text = text.replace(word, STRUCK)
    return text
