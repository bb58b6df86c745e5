"""A delivery: one attempt to publish one post in one room, and the states of its life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.post import PostKind
from bot.core.posted import Source
from bot.core.reason import NO_REASON, Reason


class DeliveryState(StrEnum):
    """Where a delivery stands.

    ```
    PLANNED → HELD | SKIPPED | EXPIRED | CANCELLED
    PLANNED —(gate, unique slot and ledger row in one durable transaction)→ DISPATCHING
    DISPATCHING → CONFIRMED (its echo was seen) | ACCEPTED | UNKNOWN | FAILED
    ACCEPTED → CONFIRMED | UNCONFIRMED (120 s within hearing, and no echo)
    UNKNOWN → CONFIRMED | AMBIGUOUS (after 120 s)
    AMBIGUOUS, UNCONFIRMED → CONFIRMED (a late echo), or an operator says SENT or UNSENT
    SENT → CONFIRMED (its echo came after all)
    FAILED → PLANNED (at most 3 attempts)
    ```
    CONFIRMED is never left. What may have been sent is never sent again by the machine.
    """

    PLANNED = "planned"
    HELD = "held"
    SKIPPED = "skipped"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    DISPATCHING = "dispatching"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
    UNCONFIRMED = "unconfirmed"
    AMBIGUOUS = "ambiguous"
    SENT = "sent"
    UNSENT = "unsent"
    FAILED = "failed"

    @property
    def waiting(self) -> bool:
        """Whether it may still go out."""
        return self in {DeliveryState.PLANNED, DeliveryState.HELD}

    @property
    def given_up(self) -> bool:
        """Whether it will not go out any more."""
        return self in {DeliveryState.SKIPPED, DeliveryState.EXPIRED, DeliveryState.CANCELLED, DeliveryState.FAILED}

    @property
    def open(self) -> bool:
        """Whether an echo may still confirm it."""
        return self in {
            DeliveryState.DISPATCHING,
            DeliveryState.ACCEPTED,
            DeliveryState.UNKNOWN,
            DeliveryState.UNCONFIRMED,
            DeliveryState.AMBIGUOUS,
        }

    @property
    def unresolved(self) -> bool:
        """Whether a person has to say what became of it."""
        return self in {DeliveryState.UNKNOWN, DeliveryState.UNCONFIRMED, DeliveryState.AMBIGUOUS}


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a post: unique per account, room, plan, local date and number within that date."""

    account_id: str
    room_id: str
    day: str
    number: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Order:
    """What is put into a slot. `body` is the literal text of a post typed by an operator, "" for library posts.

    `plan` names the unique series of slots: "daily", or one for each command. `by` is who commanded it;
    `override` is an owner's reason for going over the plan; `approved` is the seal somebody approved.
    """

    plan: str
    kind: PostKind
    content: str
    source: Source = Source.PLAN
    body: str = ""
    by: str = ""
    override: str = ""
    approved: str = ""
    state: DeliveryState = DeliveryState.PLANNED
    reason: Reason = NO_REASON


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the outbox. `due_at` and the other times are aware UTC; `next_at` is when a held one is looked at."""

    id: int
    attempt_id: str
    account_id: str
    room_id: str
    plan: str
    slot_day: str
    slot_number: int
    kind: PostKind
    content: str
    text: str
    state: DeliveryState
    reason: Reason
    due_at: datetime
    source: Source = Source.PLAN
    body: str = ""
    by: str = ""
    override: str = ""
    approved: str = ""
    attempts: int = 0
    next_at: datetime | None = None
    dispatched_at: datetime | None = None
    confirmed_at: datetime | None = None
    recalled_at: datetime | None = None
    message_id: str = ""
    via_room_id: str = ""

    @property
    def home_id(self) -> str:
        """The managed room whose rules hold: for a private care post the one through which the person is known."""
        return self.via_room_id or self.room_id


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a delivery's life; `by` is the person behind it, "" for the machine."""

    at: datetime
    state: DeliveryState
    reason: Reason
    by: str = ""
