"""When something becomes possible again, and when it is too late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from bot.core.post import MIX, PostKind
from bot.core.posted import Posted
from bot.policy import caps
from bot.policy.room_rules import RoomRules
from bot.policy.window import Hours, instant

LAST_START = timedelta(seconds=30)
"""The last send starts at least so long before its window closes."""

KEEPS: Mapping[PostKind, timedelta] = {
    PostKind.VALUE: timedelta(hours=72),
    PostKind.INTERACTIVE: timedelta(hours=24),
}
"""How long after it was due a post may still go out, where the time of day does not decide."""


def next_start(hours: Hours, at: datetime) -> datetime | None:
    """The first instant from `at` on at which a post may start; None when every day is closed."""
    opening = hours.current(at)
    if opening is not None and at <= opening.end - LAST_START:
        return at
    following = hours.next_opening(at)
    return following.start if following else None


def next_promo(history: Sequence[Posted], rules: RoomRules, at: datetime) -> datetime | None:
    """The first instant from `at` on at which windows and caps bear a promotion; None if there is none to be seen.

    If the ten is in the way it is an estimate: the other posts are taken to come at the room's slots a day.
    """
    if caps.none(history, rules.caps, at).over:
        return None
    hours = rules.hours_for(PostKind.PROMO)
    needed = caps.others_needed(history, rules.caps)
    moment = _after_posts(history, rules, needed, at) if needed else at
    while moment is not None:
        start = next_start(hours, moment)
        if start is None:
            return None
        counts = (caps.week(history, rules.caps, start), caps.day(history, rules.caps, rules.hours, start))
        blocked = [count.next_at for count in counts if count.over and count.next_at]
        if not blocked:
            return start
        moment = max(blocked)
    return None


def expires_at(kind: PostKind, due_at: datetime, rules: RoomRules | None) -> datetime | None:
    """When it is too late for a post; None when nothing says so (no windows, or unreadable ones)."""
    if kind in KEEPS:
        return due_at + KEEPS[kind]
    if rules is None:
        return None
    hours = rules.hours_for(kind)
    if kind is PostKind.CARE:
        return caps.midnight_after(hours, due_at)
    opening = hours.current(due_at) or hours.next_opening(due_at)
    return opening.end if opening else None


def _after_posts(history: Sequence[Posted], rules: RoomRules, needed: int, at: datetime) -> datetime | None:
    """When so many more slots of the room will have passed: the local midnight after the last of them."""
    if not any(rules.slots):
        return None
    day = rules.hours.local_day(at)
    left = needed - max(0, rules.slots[day.weekday()] - _posts_on(history, rules.hours, day))
    while left > 0:
        day += timedelta(days=1)
        left -= rules.slots[day.weekday()]
    return instant(day + timedelta(days=1), time(0), rules.hours.zone)


def _posts_on(history: Sequence[Posted], hours: Hours, day: date) -> int:
    return sum(entry.kind in MIX and hours.local_day(entry.at) == day for entry in history)
