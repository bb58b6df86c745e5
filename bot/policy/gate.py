"""The gate: the one function that says Allow, Hold or Drop about a post."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.post import PostKind
from bot.policy.window import Hours

LAST_START = timedelta(seconds=30)
"""The last send starts at least so long before its window closes."""

EXPIRES: Mapping[PostKind, timedelta] = {
    PostKind.VALUE: timedelta(hours=72),
    PostKind.INTERACTIVE: timedelta(hours=24),
}
"""How long after it was due a post may still go out."""


@dataclass(frozen=True, slots=True)
class Allow:
    """It may go out now."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Not now; asked again at `until` (None: when an operator has changed something)."""

    reason: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Drop:
    """Not at all."""

    reason: str


Verdict = Allow | Hold | Drop


@dataclass(frozen=True, slots=True)
class Question:
    """A post about to go out in a room. `hours` is None when the room's own windows cannot be read."""

    kind: PostKind
    due_at: datetime
    managed: bool
    active: bool
    hours: Hours | None


def decide(question: Question, now: datetime) -> Verdict:
    """May this post go out now? Whatever cannot be read holds the post: the gate fails closed."""
    if not question.managed:
        return Drop("room.released: the room is no longer managed")
    if not question.active:
        return Drop("room.inactive: the bot is no longer in the room")
    if question.hours is None:
        return Hold("window.unreadable: the room's zone or window cannot be read", None)
    expires = EXPIRES.get(question.kind)
    if expires is not None and now >= question.due_at + expires:
        return Drop(
            f"expired: due {_hours(now - question.due_at)} h ago, {question.kind} posts keep {_hours(expires)} h"
        )
    opening = question.hours.current(now)
    if opening is not None and now <= opening.end - LAST_START:
        return Allow()
    following = question.hours.next_opening(now)
    if following is None:
        return Hold("window.closed: the room has no window on any day", None)
    return Hold(
        f"window.closed: next opening {following.start.astimezone(question.hours.zone):%Y-%m-%d %H:%M}", following.start
    )


def _hours(span: timedelta) -> int:
    return int(span.total_seconds() // 3600)
