"""How much promotion a room bears: in seven days, among ten posts, on one day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.core.post import MIX, PostKind
from bot.core.posted import Posted
from bot.core.reason import Reason
from bot.policy.window import Hours, instant

WEEK = timedelta(days=7)
TEN = 10


@dataclass(frozen=True, slots=True)
class Caps:
    """At most so many promotions a room: 0 is none at all, None as many as one likes."""

    week: int | None = 2
    in_ten: int | None = 1
    day: int | None = 1


@dataclass(frozen=True, slots=True)
class Count:
    """One cap and how much of it is used. `next_at` is when it allows one more; None if it does, or nobody knows."""

    rule: str
    used: int
    most: int | None
    next_at: datetime | None = None

    @property
    def over(self) -> bool:
        """Whether one more would be too many."""
        return self.most is not None and self.used >= self.most

    @property
    def reason(self) -> Reason:
        """The count as a reason; `most` is "" where there is no limit."""
        return Reason(self.rule, {"used": self.used, "most": "" if self.most is None else self.most}, self.next_at)


def over(history: Sequence[Posted], caps: Caps, hours: Hours, at: datetime) -> Reason | None:
    """The first cap that one more promotion at that time would break; `history` is oldest first."""
    return next((count.reason for count in findings(history, caps, hours, at) if count.over), None)


def findings(history: Sequence[Posted], caps: Caps, hours: Hours, at: datetime) -> tuple[Count, ...]:
    """Every cap with its count, in the order in which they are told."""
    return none(history, caps, at), week(history, caps, at), ten(history, caps), day(history, caps, hours, at)


def none(history: Sequence[Posted], caps: Caps, at: datetime) -> Count:
    """Whether some cap allows no promotion at all; `used` is what the last seven days have had nevertheless."""
    closed = 0 in {caps.week, caps.in_ten, caps.day}
    return Count("promo.none", len(_promos_since(history, at - WEEK)), 0 if closed else None)


def week(history: Sequence[Posted], caps: Caps, at: datetime) -> Count:
    """Promotions in the 7 × 24 hours before `at`, and all after it: a clock set back must not free the cap."""
    found = sorted(_promos_since(history, at - WEEK))
    frees = found[len(found) - caps.week] + WEEK if caps.week and len(found) >= caps.week else None
    return Count("promo.week", len(found), caps.week, frees)


def ten(history: Sequence[Posted], caps: Caps) -> Count:
    """Promotions among the nine posts of the mix before the new one. When it frees depends on what others post."""
    return Count("promo.ten", sum(_last_nine(history)), caps.in_ten)


def day(history: Sequence[Posted], caps: Caps, hours: Hours, at: datetime) -> Count:
    """Promotions on the local day of `at`."""
    today = hours.local_day(at)
    used = sum(entry.kind is PostKind.PROMO and hours.local_day(entry.at) == today for entry in history)
    blocked = caps.day is not None and used >= caps.day > 0
    return Count("promo.day", used, caps.day, midnight_after(hours, at) if blocked else None)


def others_needed(history: Sequence[Posted], caps: Caps) -> int:
    """How many other posts have to come first until the ten would bear one more promotion."""
    if not caps.in_ten:
        return 0
    marks = _last_nine(history)
    padded = [False] * (TEN - 1 - len(marks)) + marks
    return next(count for count in range(TEN) if sum(padded[count:]) < caps.in_ten)


def midnight_after(hours: Hours, at: datetime) -> datetime:
    """The instant at which the next local day begins."""
    return instant(hours.local_day(at) + timedelta(days=1), time(0), hours.zone)


def _promos_since(history: Sequence[Posted], since: datetime) -> list[datetime]:
    return [entry.at for entry in history if entry.kind is PostKind.PROMO and entry.at > since]


def _last_nine(history: Sequence[Posted]) -> list[bool]:
    """For each of the last nine posts of the mix whether it is a promotion."""
    return [entry.kind is PostKind.PROMO for entry in history if entry.kind in MIX][1 - TEN :]
