"""A delivery: one attempt to publish one post in one room, and the states of its life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.post import PostKind


class DeliveryState(StrEnum):
    """Where a delivery stands.

    ```
    PLANNED → HELD | SKIPPED | EXPIRED | CANCELLED
    PLANNED —(gate, unique slot and ledger row in one durable transaction)→ DISPATCHING
    DISPATCHING → CONFIRMED | ACCEPTED | UNKNOWN | FAILED
    ACCEPTED → CONFIRMED          UNKNOWN → CONFIRMED          FAILED → PLANNED (at most 3 attempts)
    ```
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
    FAILED = "failed"

    @property
    def waiting(self) -> bool:
        """Whether it may still go out."""
        return self in {DeliveryState.PLANNED, DeliveryState.HELD}

    @property
    def open(self) -> bool:
        """Whether an echo may still confirm it."""
        return self in {DeliveryState.DISPATCHING, DeliveryState.ACCEPTED, DeliveryState.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Slot:
    """A planned place for a post: unique per account, room, local date and number within that date."""

    account_id: str
    room_id: str
    day: str
    number: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the outbox. `due_at` and the other times are aware UTC."""

    id: int
    attempt_id: str
    account_id: str
    room_id: str
    slot_day: str
    kind: PostKind
    content: str
    text: str
    state: DeliveryState
    reason: str
    due_at: datetime
    attempts: int = 0
    next_at: datetime | None = None
    dispatched_at: datetime | None = None
    confirmed_at: datetime | None = None
