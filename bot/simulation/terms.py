"""What is to be simulated: how many rooms, for how long, from which seed, and in what weather."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.config import Config
from bot.simulation.town_room import HOME
from bot.simulation.weather import Weather

FIRST_DAY, LAST_DAY = date(2026, 1, 5), date(2027, 11, 30)
OPENS = time(8, 30)
"""When the shop opens on the first day, in China: by the evening every room is the bot's."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is simulated. `chatter` is how many lines a day are said in a room; `texts` where the bot's words lie.

    `town` tells the towns of one large simulation apart.
    """

    rooms: int
    days: int
    seed: int
    texts: Config
    weather: Weather = field(default_factory=Weather)
    chatter: float = 3.0
    town: int = 0

    @property
    def first_day(self) -> date:
        """Drawn from the seed, so that festivals and changes of clocks come up."""
        span = (LAST_DAY - FIRST_DAY).days
        return FIRST_DAY + timedelta(days=random.Random(f"{self.seed}/day").randrange(span))  # noqa: S311 - a play

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.first_day, OPENS, ZoneInfo(HOME)).astimezone(UTC)

    @property
    def end(self) -> datetime:
        return self.begin + timedelta(days=self.days)

    @property
    def own_seed(self) -> int:
        """The town's, drawn from the seed of the whole."""
        return self.seed + 1_000_003 * self.town

    def rng(self, what: str) -> random.Random:
        """A source of its own for each thing that is drawn, so that none disturbs another."""
        return random.Random(f"{self.own_seed}/{what}")  # noqa: S311 - a play, not a secret
