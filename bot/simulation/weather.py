"""What goes wrong, and how often: every figure a chance, drawn from one seeded source."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

MINUTE = timedelta(minutes=1)


class Fate(StrEnum):
    """What becomes of a send, as only the gateway knows.

    ARRIVED and DROPPED are answered alike: accepted. REFUSED and TOO_FAST are provably not sent. TORN arrives and
    LOST does not, and both look the same to the bot: the call breaks.
    """

    ARRIVED = "arrived"
    DROPPED = "dropped"
    REFUSED = "refused"
    TOO_FAST = "too_fast"
    TORN = "torn"
    LOST = "lost"

    @property
    def uncertain(self) -> bool:
        """Whether the bot cannot know."""
        return self in {Fate.TORN, Fate.LOST}

    @property
    def refused(self) -> bool:
        """Whether the bot knows that nothing was sent."""
        return self in {Fate.REFUSED, Fate.TOO_FAST}

    @property
    def arrives(self) -> bool:
        return self in {Fate.ARRIVED, Fate.TORN}


class Trouble(StrEnum):
    """What befalls the whole process or its gateway."""

    RESTART = "restart"
    CRASH = "crash"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Mishap:
    """A trouble that begins at a moment and is over after `lasts`; `skew` is how far a clock is set wrong."""

    at: datetime
    trouble: Trouble
    lasts: timedelta
    skew: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Weather:
    """`fates` are chances per send, the rest arrives; `every` is the mean time between two troubles of a kind."""

    fates: Mapping[Fate, float] = field(
        default_factory=lambda: {
            Fate.DROPPED: 0.007,
            Fate.REFUSED: 0.01,
            Fate.TOO_FAST: 0.0005,
            Fate.TORN: 0.005,
            Fate.LOST: 0.005,
        }
    )
    latency: tuple[float, float] = (0.05, 3.0)
    no_id: float = 0.03
    echo_lost: float = 0.01
    echo_late: float = 0.02
    echo_latest: timedelta = 10 * MINUTE
    told_twice: float = 0.01
    every: Mapping[Trouble, timedelta] = field(
        default_factory=lambda: {
            Trouble.RESTART: timedelta(days=3),
            Trouble.CRASH: timedelta(days=4),
            Trouble.CLOCK: timedelta(days=9),
        }
    )

    def fate(self, rng: random.Random) -> Fate:
        """What becomes of the next send."""
        draw = rng.random()
        for fate, chance in self.fates.items():
            if draw < chance:
                return fate
            draw -= chance
        return Fate.ARRIVED

    def mishaps(self, rng: random.Random, begin: datetime, end: datetime) -> list[Mishap]:
        """Every trouble of a run, earliest first; one in two strikes where it hurts, in the evening's hours."""
        found = []
        for trouble, mean in self.every.items():
            at = begin
            while (at := at + timedelta(seconds=rng.expovariate(1 / mean.total_seconds()))) < end:
                struck = _evening(at, rng) if rng.random() < 0.5 else at
                found.append(_mishap(trouble, max(struck, begin), rng))
        return sorted((item for item in found if item.at < end), key=lambda item: item.at)


CALM = Weather(fates={}, no_id=0, echo_lost=0, echo_late=0, told_twice=0, every={})
"""Nothing goes wrong."""


def _evening(at: datetime, rng: random.Random) -> datetime:
    """The same day between 18:50 and 21:10 in China: 10:50 to 13:10 UTC."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(hours=10, minutes=50) + timedelta(seconds=rng.uniform(0, 140 * 60))


def _mishap(trouble: Trouble, at: datetime, rng: random.Random) -> Mishap:
    if trouble is Trouble.RESTART:
        return Mishap(at, trouble, timedelta(seconds=rng.uniform(3, 900)))
    if trouble is Trouble.CRASH:
        long = rng.random() < 0.2
        return Mishap(at, trouble, timedelta(seconds=rng.uniform(3600, 30_000) if long else rng.uniform(1, 300)))
    skew = timedelta(minutes=rng.uniform(3, 120)) * rng.choice((1, -1))
    return Mishap(at, trouble, timedelta(seconds=rng.uniform(20, 480)), skew)
