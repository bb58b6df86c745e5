"""A group chat of the town, as the town itself describes it: where it lies, when it may be posted in, and how."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.core.post import PostKind

HOME = "Asia/Shanghai"
USUAL = "19:00-21:00"
ZONES = (HOME,) * 7 + ("Asia/Urumqi", "America/New_York", "America/New_York")
WINDOWS = (USUAL,) * 6 + ("18:30-20:30", "20:00-22:00", "12:00-13:30,19:30-21:00", "22:30-00:30")
NIGHTS = "00:30-03:30"
USUAL_MIX, GREEDY_MIX = (7, 2, 1), (5, 2, 3)
MIXES: tuple[Mapping[PostKind, int], ...] = tuple(
    {PostKind.VALUE: value, PostKind.INTERACTIVE: interactive, PostKind.PROMO: promo}
    for value, interactive, promo in (USUAL_MIX, USUAL_MIX, USUAL_MIX, (6, 3, 1), (8, 1, 1), GREEDY_MIX)
)
TAGS = ((), (), ("养猫",), ("养狗",))


@dataclass(slots=True)
class TownRoom:
    """`busy`: staff post here themselves. `adopted_at` is when the bot was seen to take it over, None if never.

    `week`, `in_ten` and `day` are what the town expects of promotion: at most so many.
    """

    room_id: str
    topic: str
    zone: str = HOME
    window: str = USUAL
    slots: int = 1
    mix: Mapping[PostKind, int] = field(default_factory=lambda: MIXES[0])
    tags: tuple[str, ...] = ()
    busy: bool = False
    members: tuple[str, ...] = ()
    adopted_at: datetime | None = None
    week: int = 2
    in_ten: int = 1
    day: int = 1

    @property
    def windows(self) -> tuple[tuple[time, time], ...]:
        """Each window's local start and end; an end before its start lies on the next day."""
        halves = (part.split("-") for part in self.window.split(","))
        return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in halves)

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def greedy(self) -> bool:
        """Whether its mix asks for more promotion than the caps will ever let through."""
        share = self.mix[PostKind.PROMO] / sum(self.mix.values())
        return share > self.in_ten / 10 or 7 * self.slots * share > self.week

    def orders(self) -> Iterator[str]:
        """The commands, said in the room, that make it what it is."""
        yield "/adopt"
        if self.zone != HOME:
            yield f"/room set zone {self.zone}"
        if self.window != USUAL:
            yield f"/room set window {self.window}"
        if self.slots != 1:
            yield f"/room set slots {self.slots}"
        if self.mix != MIXES[0]:
            yield f"/room set mix {'/'.join(str(weight) for weight in self.mix.values())}"
        if self.tags:
            yield f"/room set tags {','.join(self.tags)}"


def draw_rooms(count: int, rng: random.Random) -> list[TownRoom]:
    """So many customer rooms, no two quite alike; the first always follows the house's defaults."""
    rooms = []
    for number in range(count):
        zone = rng.choice(ZONES)
        mix = rng.choice(MIXES)
        room = TownRoom(
            room_id=f"r{number:03d}@room",
            topic=f"毛球家{number:03d}群",
            zone=zone,
            window=NIGHTS if zone == "America/New_York" and rng.random() < 0.3 else rng.choice(WINDOWS),
            slots=3 if mix is MIXES[-1] else rng.choice((1, 1, 2)),
            mix=mix,
            tags=rng.choice(TAGS),
            busy=rng.random() < 0.5,
        )
        rooms.append(room if number else TownRoom(room.room_id, room.topic))
    return rooms
