"""How a room's last posts were divided, against what it should have, and its promotions of seven days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from bot.core.post import MIX, PostKind
from bot.core.posted import Posted
from bot.policy import caps
from bot.policy.room_rules import RoomRules


class Proportions(TypedDict):
    """Counts in the order of `MIX`: `ten` and `thirty` of the last posts, `weights` as they should be.

    `promos` and `most` are promotions of seven days and their cap, None without one. `thirty` is empty while it would
    say the same as `ten`, and `weights` where the room's settings cannot be read.
    """

    ten: list[int]
    thirty: list[int]
    weights: list[int]
    promos: int
    most: int | None


def proportions(history: Sequence[Posted], rules: RoomRules | None, now: datetime) -> Proportions:
    """How a room stands at a time; `history` is oldest first."""
    posted = [entry.kind for entry in history if entry.kind in MIX]
    return {
        "ten": _counts(posted[-10:]),
        "thirty": _counts(posted[-30:]) if len(posted) > 10 else [],
        "weights": [rules.weights.get(kind, 0) for kind in MIX] if rules else [],
        "promos": caps.week(history, rules.caps, now).used if rules else 0,
        "most": rules.caps.week if rules else None,
    }


def _counts(posted: Sequence[PostKind]) -> list[int]:
    count = Counter(posted)
    return [count[kind] for kind in MIX]
