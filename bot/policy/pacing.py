"""How fast an account may speak: pauses that a person would make, and a limit that holds whatever is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
CLOCK_SLACK = MINUTE
"""A clock set back by less is waited out. After a longer jump dispatch was frozen for minutes, so no wait is owed."""

WARM_DAYS = (7, 14, 28)
"""The last day, by the account's age, of each stage of warming up."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Every figure is configuration; 0 switches it off.

    Messages in one room are `room_gap` apart, posts up to `room_jitter` more; posts in different rooms `gap_min` to
    `gap_max`. `per_minute` is sustained, with `burst` at once: no 60 s see more than the sum of both. Of
    `texts_a_day` a `reserve` is kept for answers; a young account has the figures of `warm_up` instead. Broadcasts
    go to `batch_rooms` rooms, then rest for `batch_gap`.
    """

    room_gap: timedelta = timedelta(seconds=3)
    room_jitter: timedelta = timedelta(seconds=4)
    gap_min: timedelta = timedelta(seconds=3)
    gap_max: timedelta = timedelta(seconds=8)
    per_minute: int = 20
    burst: int = 20
    texts_a_day: int = 300
    reserve: int = 60
    warm_up: tuple[int, int, int] = (20, 60, 150)
    batch_rooms: int = 20
    batch_gap: timedelta = timedelta(minutes=10)

    @property
    def spacing(self) -> timedelta:
        """How far apart posts in different rooms are on average."""
        return (self.gap_min + self.gap_max) / 2

    @property
    def interval(self) -> timedelta:
        """What one message costs of the sustained rate; nothing when it is switched off."""
        return MINUTE / self.per_minute if self.per_minute else timedelta(0)

    @property
    def tolerance(self) -> timedelta:
        """How far ahead of the sustained rate a burst may run."""
        return max(0, self.burst - 1) * self.interval


def earliest(
    pace: Pace,
    paced_until: datetime | None,
    last: Mapping[str, datetime],
    last_any: tuple[str, datetime] | None,
    room_id: str,
    fraction: float,
    post: bool,
    now: datetime,
) -> datetime:
    """When this may be said in the room, `now` at the earliest.

    `last` are the account's latest sends by room, `last_any` the latest of all. `fraction`, in [0, 1), places a post
    within its jitter. Answers (`post` False) wait for their own room and the rate only.
    """
    waits = [now]
    if pace.per_minute and paced_until is not None and _believable(paced_until, pace, now):
        waits.append(paced_until - pace.tolerance)
    elsewhere = pace.gap_min + fraction * max(timedelta(0), pace.gap_max - pace.gap_min) if post else timedelta(0)
    here = pace.room_gap + (fraction * pace.room_jitter if post else timedelta(0))
    for room, at in (*last.items(), *([last_any] if last_any else [])):
        if at <= now + CLOCK_SLACK:
            waits.append(at + (here if room == room_id else elsewhere))
    return max(waits)


def advance(pace: Pace, paced_until: datetime | None, now: datetime) -> datetime:
    """The limiter's state after one message at `now`: the theoretical arrival time of GCRA."""
    if paced_until is None or not _believable(paced_until, pace, now):
        return now + pace.interval
    return max(paced_until, now) + pace.interval


def most_today(pace: Pace, age: timedelta | None, *, post: bool = True) -> int | None:
    """How many messages an account of that age (None: warm) may send a day; None without a limit.

    Posts leave the reserve, the same share of a young account's smaller figure, to the answers.
    """
    figures = [pace.texts_a_day]
    if age is not None:
        figures += [most for day, most in zip(WARM_DAYS, pace.warm_up, strict=True) if age.days <= day][:1]
    most = min((figure for figure in figures if figure), default=None)
    if most is None or not post or not pace.texts_a_day:
        return most
    return most - most * min(pace.reserve, pace.texts_a_day) // pace.texts_a_day


def spread(rooms: Sequence[str], start: datetime, pace: Pace) -> tuple[tuple[str, datetime], ...]:
    """When each room of a broadcast is due, in order: batch after batch, the mean spacing apart within one."""
    return tuple(zip(rooms, _dues(len(rooms), start, pace), strict=True))


def _dues(count: int, start: datetime, pace: Pace) -> Iterator[datetime]:
    due = start
    for number in range(1, count + 1):
        yield due
        due += pace.batch_gap if pace.batch_rooms and number % pace.batch_rooms == 0 else pace.spacing


def _believable(paced_until: datetime, pace: Pace, now: datetime) -> bool:
    """Whether a steady clock can have led to this state."""
    return paced_until <= now + pace.tolerance + pace.interval + CLOCK_SLACK
