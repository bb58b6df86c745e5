"""Finds out what the bot's own words are when they come back: proof of a post, an answer, a double, or a stray."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam
from sqlmodel import col, select

from bot.core.delivery import DeliveryState
from storage.ledger import REPLY
from storage.steps import advance
from storage.store import Db
from storage.tables import DeliveryRow, LedgerRow

ECHO_BEFORE = timedelta(seconds=2)
ECHO_AFTER = timedelta(minutes=15)
"""An echo belongs to what was dispatched at most so long before it, or (clocks differ) this little after."""

Open = tuple(state for state in DeliveryState if state.open)
Arrived = (DeliveryState.CONFIRMED, DeliveryState.SENT)


# Asked for everything the bot says: building a statement anew costs more than running it.
_ALIKE = (
    select(DeliveryRow)
    .where(
        DeliveryRow.account_id == bindparam("account"),
        DeliveryRow.text_hash == bindparam("hash"),
        DeliveryRow.room_id == bindparam("room"),
        col(DeliveryRow.dispatched_at).between(bindparam("since"), bindparam("until")),
    )
    .order_by(col(DeliveryRow.dispatched_at), col(DeliveryRow.id))
)
_NAMED = select(DeliveryRow).where(
    DeliveryRow.account_id == bindparam("account"),
    DeliveryRow.sent_message_id == bindparam("echo"),
    DeliveryRow.room_id == bindparam("room"),
)


class Match(StrEnum):
    """What an echo turned out to be.

    CONFIRMED: it proves a delivery. REPLY: the bot answered somebody. DUPLICATE: a post that was already seen.
    MISROUTED: a post that was meant for another room. STRANGE: none of the bot's doing; staff at its phone, perhaps.
    """

    CONFIRMED = "confirmed"
    REPLY = "reply"
    DUPLICATE = "duplicate"
    MISROUTED = "misrouted"
    STRANGE = "strange"


def match(
    db: Db, account_id: str, room_id: str, text_hash: str, *, echo_id: str, said_at: datetime, now: datetime
) -> tuple[Match, int | None]:
    """Say what an echo is, with the delivery's id where there is one, and write down what it proves.

    It is recognised by the message id the gateway gave, else by conversation, hash of the normalised text and its
    own time `said_at`. One echo proves one thing, and the same echo again proves nothing more.
    """
    alike, named = _alike(db, account_id, room_id, text_hash, said_at), _named(db, account_id, room_id, echo_id)
    known = next((row for row in (*named, *alike) if row.echo_message_id == echo_id), None)
    if known is not None:
        return Match.CONFIRMED, known.id
    row = _provable(alike, named)
    if row is not None:
        advance(db, row, DeliveryState.CONFIRMED, now)
        row.confirmed_at, row.echo_message_id = now, echo_id
        return Match.CONFIRMED, row.id
    if _answered(db, account_id, room_id, text_hash, echo_id, said_at):
        return Match.REPLY, None
    double = next((row for row in alike if row.state in Arrived), None)
    if double is not None:
        return Match.DUPLICATE, double.id
    elsewhere = None if alike else _elsewhere(db, account_id, room_id, text_hash, said_at)
    return (Match.STRANGE, None) if elsewhere is None else (Match.MISROUTED, elsewhere)


def _alike(db: Db, account_id: str, room_id: str, text_hash: str, said_at: datetime) -> Sequence[DeliveryRow]:
    """Everything dispatched here with these words about that time, whatever became of it, oldest first."""
    asked = {"account": account_id, "room": room_id, "hash": text_hash}
    return db.exec(_ALIKE, params={**asked, "since": said_at - ECHO_AFTER, "until": said_at + ECHO_BEFORE}).all()


def _named(db: Db, account_id: str, room_id: str, echo_id: str) -> Sequence[DeliveryRow]:
    """The delivery whose message the gateway has named so: the platform may have changed its words."""
    asked = {"account": account_id, "room": room_id, "echo": echo_id}
    return db.exec(_NAMED, params=asked).all() if echo_id else ()


def _provable(alike: Sequence[DeliveryRow], named: Sequence[DeliveryRow]) -> DeliveryRow | None:
    """The delivery this echo proves: the one it is named after, else one without a name, else the oldest.

    The echo of what a person has called unsent proves nothing, least of all another delivery.
    """
    exact = next(filter(_may_arrive, named), None)
    if exact is not None or any(row.state == DeliveryState.UNSENT for row in named):
        return exact
    return min(filter(_may_arrive, alike), key=lambda row: row.sent_message_id != "", default=None)


def _may_arrive(row: DeliveryRow) -> bool:
    """Whether an echo is still to come: also for one that a person has already called sent."""
    return row.state in Open or (row.state == DeliveryState.SENT and not row.echo_message_id)


def _answered(db: Db, account_id: str, room_id: str, text_hash: str, echo_id: str, said_at: datetime) -> bool:
    """Whether this is the echo of an answer; each answer has one, which is written down."""
    query = (
        select(LedgerRow)
        .where(
            LedgerRow.account_id == account_id,
            LedgerRow.room_id == room_id,
            LedgerRow.kind == REPLY,
            col(LedgerRow.posted_at).between(said_at - ECHO_AFTER, said_at + ECHO_BEFORE),
            (col(LedgerRow.message_id) == echo_id)
            | ((col(LedgerRow.message_id) == "") & (col(LedgerRow.text_hash) == text_hash)),
        )
        .order_by(col(LedgerRow.posted_at), col(LedgerRow.id))
    )
    rows = db.exec(query).all()
    if not rows:
        return False
    min(rows, key=lambda row: row.message_id == "").message_id = echo_id
    return True


def _elsewhere(db: Db, account_id: str, room_id: str, text_hash: str, said_at: datetime) -> int | None:
    """A delivery of these words to another room."""
    query = select(DeliveryRow.id).where(
        DeliveryRow.account_id == account_id,
        DeliveryRow.text_hash == text_hash,
        DeliveryRow.room_id != room_id,
        col(DeliveryRow.state).in_([*Open, DeliveryState.CONFIRMED]),
        col(DeliveryRow.dispatched_at).between(said_at - ECHO_AFTER, said_at + ECHO_BEFORE),
    )
    return db.exec(query.order_by(col(DeliveryRow.id)).limit(1)).first()
