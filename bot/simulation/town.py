"""The town: people in their group chats, and staff who post out of plan."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

from bot.chat.sandbox.world import World
from bot.simulation.diary import DAY, Cue, staff_work, talk
from bot.simulation.story import Label, Spoken
from bot.simulation.town_room import TownRoom

BOT, NAME, OWNER = "bot", "毛毛", "owner"
STAFF = (OWNER, "staff1", "staff2")
CONTROL, STRANGE = "team@room", "carpool@room"
MEMBERS = 30


class Town:
    """Everybody but the bot. `spoken` is the town's own account of what was said."""

    def __init__(self, world: World, rooms: Sequence[TownRoom], seed: int, truth: Callable[[], datetime]) -> None:
        self._world, self._seed, self._truth = world, seed, truth
        self.rooms = tuple(rooms)
        self.strange = TownRoom(STRANGE, "小区拼车")
        self.spoken: list[Spoken] = []
        self._populate()

    def _populate(self) -> None:
        for number, person in enumerate(STAFF):
            self._world.add_person(person, ("周岚", "小陈", "阿杰")[number])
        for room in (*self.rooms, self.strange):
            room.members = tuple(f"{room.room_id.partition('@')[0]}m{number:02d}" for number in range(1, MEMBERS + 1))
            for member in room.members:
                self._world.add_person(member, f"群友{member}")
            people = (*STAFF, BOT, *room.members) if room is not self.strange else (*room.members, BOT)
            self._world.add_room(room.room_id, room.topic, people)
        self._world.add_room(CONTROL, "运营群", (*STAFF, BOT))

    def say(self, who: str, room_id: str, text: str, label: Label, mentions: tuple[str, ...] = ()) -> Spoken:
        message = self._world.say(who, room_id, text, mentions)
        spoken = Spoken(self._truth(), room_id, who, label, message.id)
        self.spoken.append(spoken)
        return spoken

    async def live(self, begin: date, days: int, chatter: float) -> None:
        """Every day's talk and staff's own work, each at its time."""
        for cue in sorted(self._cues(begin, days, chatter), key=lambda cue: cue.at):
            await self._until(cue.at)
            if cue.who in self._world.room(cue.room_id).seats:
                self.say(cue.who, cue.room_id, cue.text, cue.label, cue.mentions)

    def _cues(self, begin: date, days: int, chatter: float) -> Iterator[Cue]:
        for number in range(days):
            day = begin + number * DAY
            for room in (*self.rooms, self.strange):
                rng = random.Random(f"{self._seed}/{room.room_id}/{number}")  # noqa: S311 - a play, not a secret
                yield from talk(room, day, rng, chatter, (BOT, NAME))
                yield from staff_work(room, day, rng, STAFF)

    async def _until(self, at: datetime) -> None:
        await asyncio.sleep(max(0.0, (at - self._truth()).total_seconds()))
