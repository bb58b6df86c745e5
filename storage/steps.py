"""Moves a delivery from state to state, and keeps every step so that its story can be told."""

from __future__ import annotations

from datetime import datetime

from bot.core.delivery import DeliveryState
from bot.core.reason import NO_REASON, Reason
from storage.store import Db
from storage.tables import DeliveryRow, StepRow


def advance(
    db: Db, row: DeliveryRow, state: DeliveryState, now: datetime, reason: Reason = NO_REASON, *, by: str = ""
) -> None:
    """Let the row stand in `state` for `reason`, to be looked at again at the reason's `next_at`.

    What a person does is always a step. The machine's word is one only when it says something else than before:
    holding again for the same rule is none.
    """
    news = by != "" or (row.state, row.rule) != (state, reason.rule)
    row.state, row.reason, row.rule, row.numbers = state, str(reason), reason.rule, dict(reason.numbers)
    row.next_at = reason.next_at
    if news:
        keep(db, row, now, by=by)


def keep(db: Db, row: DeliveryRow, now: datetime, *, by: str = "") -> None:
    """Write down how the row stands now; it must have its id."""
    if row.id is None:
        raise ValueError("a delivery without an id has no steps")
    db.add(
        StepRow(
            account_id=row.account_id,
            delivery_id=row.id,
            at=now,
            state=row.state,
            rule=row.rule,
            numbers=dict(row.numbers),
            next_at=row.next_at,
            by=by,
        )
    )
