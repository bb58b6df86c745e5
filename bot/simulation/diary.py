"""What people in the town will do and when, drawn once for the whole run from the seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.simulation import phrases
from bot.simulation.story import Label
from bot.simulation.town_room import TownRoom

PROMO_A_DAY = 0.22
VALUE_A_DAY = 0.15
REPLY_A_DAY = 0.3
MENTION = 0.02
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cue:
    """Something somebody will say; `mentions` are contact ids."""

    at: datetime
    who: str
    room_id: str
    text: str
    label: Label
    mentions: tuple[str, ...] = ()


def talk(room: TownRoom, day: date, rng: random.Random, chatter: float, bot: tuple[str, str]) -> Iterator[Cue]:
    """What members say on a local day: about `chatter` lines, most of them in the evening."""
    for _ in range(_about(chatter, rng)):
        at, who = _moment(room, day, rng), rng.choice(room.members)
        if rng.random() < MENTION:
            words = f"@{bot[1]}\u2005{rng.choice(phrases.TO_THE_BOT)}"
            yield Cue(at, who, room.room_id, words, Label.TALK, (bot[0],))
        else:
            yield Cue(at, who, room.room_id, rng.choice(phrases.TALK), Label.TALK)


def staff_work(room: TownRoom, day: date, rng: random.Random, staff: tuple[str, ...]) -> Iterator[Cue]:
    """What staff say in a busy room on a local day, at any hour, whatever the plan and the caps say."""
    if not room.busy:
        return
    for chance, label, lines in (
        (PROMO_A_DAY, Label.PROMO, phrases.PROMO),
        (VALUE_A_DAY, Label.VALUE, phrases.VALUE),
    ):
        if rng.random() < chance:
            yield Cue(_any_time(room, day, rng), rng.choice(staff), room.room_id, rng.choice(lines), label)
    if rng.random() < REPLY_A_DAY:
        member = rng.choice(room.members)
        text = f"@{member}\u2005{rng.choice(phrases.REPLIES)}"
        yield Cue(_any_time(room, day, rng), rng.choice(staff), room.room_id, text, Label.REPLY, (member,))


def _about(mean: float, rng: random.Random) -> int:
    """A Poisson draw."""
    count, passed = 0, rng.expovariate(1.0)
    while passed < mean:
        count, passed = count + 1, passed + rng.expovariate(1.0)
    return count


def _moment(room: TownRoom, day: date, rng: random.Random) -> datetime:
    """Two lines in three fall between 18:30 and 22:00, the others between 8 and 23."""
    first, last = (18.5, 22.0) if rng.random() < 2 / 3 else (8.0, 23.0)
    return _at(room, day, rng.uniform(first, last))


def _any_time(room: TownRoom, day: date, rng: random.Random) -> datetime:
    return _at(room, day, rng.uniform(7.0, 23.9))


def _at(room: TownRoom, day: date, hours: float) -> datetime:
    midnight = datetime.combine(day, time(), room.tz)
    return (midnight + timedelta(hours=hours)).astimezone(UTC)
