"""When in the evening posts are placed: early enough to be talked about, never on the minute, the same for a seed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.policy.choose import fraction
from bot.policy.reopening import LAST_START
from bot.policy.window import Opening

EARLIEST = 0.10
LATEST = 0.45
"""The part of a day's open time in which its only post is placed: people are there, and can talk about it."""

LAST_OF_SEVERAL = 0.85
"""Several posts are spread up to here, each with its own stretch and some room to move in it."""


def moments(openings: Sequence[Opening], count: int, *seed: str) -> tuple[datetime, ...]:
    """The instants at which a day's posts are due, to the second, in order; `openings` are the day's windows."""
    if not openings:
        return ()
    if count == 1:
        return (_at(openings, EARLIEST + (LATEST - EARLIEST) * fraction(openings[0].day.isoformat(), *seed)),)
    stretch = (LAST_OF_SEVERAL - EARLIEST) / max(count, 1)
    day = openings[0].day.isoformat()
    return tuple(
        _at(openings, EARLIEST + stretch * (number + 0.5 * fraction(day, *seed, str(number + 1))))
        for number in range(count)
    )


def _at(openings: Sequence[Opening], share: float) -> datetime:
    """The instant at which so much of the open time has passed, the last half minutes not counted."""
    lengths = [max(0.0, (opening.end - LAST_START - opening.start).total_seconds()) for opening in openings]
    left = share * sum(lengths)
    for opening, length in zip(openings, lengths, strict=True):
        if left < length:
            return opening.start + timedelta(seconds=int(left))
        left -= length
    return openings[-1].end
