"""What the bot says in a room of its own accord that is no post: a welcome, a check-in noticed, a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.reply import Reply
from bot.policy.charter import Charter


@dataclass(frozen=True, slots=True)
class Manners:
    """What holds at this moment. `hushed` says of a room that somebody has paused everything there."""

    account_id: str
    charter: Charter
    now: datetime
    hushed: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Aside:
    """Something to say now in a conversation; `mention` is (contact id, name) of whom it is addressed to.

    What was to be said was taken off its list in the same transaction. `undo(db)` puts it back, when it was provably
    not said; what may have been said is not said again.
    """

    conversation_id: str
    reply: Reply
    undo: Callable[[Any], None]
    mention: tuple[str, str] | None = None


Take = Callable[[Any, Manners], Sequence[Aside]]
"""Part of a transaction, given its session: what is due now, taken off its list."""
