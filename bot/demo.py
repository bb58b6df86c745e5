"""The embedded default: an imaginary WeChat with a pet shop's groups, alive without any account."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.chat.sandbox.gateway import SandboxGateway
from bot.chat.sandbox.script import Script, read_script
from bot.chat.sandbox.world import World
from bot.clock import Clock
from bot.config import Config
from bot.policy.evening import evening_number, sandbox_start
from bot.policy.window import instant

TOKEN = "sandbox"  # noqa: S105 - the sandbox listens on loopback and knows nothing worth a secret
SPEED = 60.0
BOT_ID = "wxid_maomao"

LATE = timedelta(minutes=15)
"""Whoever skips hours does not hear all that was said in them at once: talk so late is left out."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Something somebody will say; with `invited_by` they enter the room instead."""

    at: datetime
    who: str
    room_id: str
    text: str
    mentions: tuple[str, ...] = ()
    invited_by: str = ""


class Demo:
    """The script's world behind the embedded gateway, and the play that goes on in it."""

    def __init__(self, config: Config) -> None:
        self.script: Script = read_script(config.path(config.sandbox.world))
        persona = next((actor for actor in self.script.contact if actor.id == BOT_ID), None)
        name = persona.name if persona else config.brand.persona
        self.world = World(BOT_ID, name, run=secrets.token_hex(3))
        self.script.populate(self.world)
        self.gateway = SandboxGateway(self.world, TOKEN)
        self._zone = ZoneInfo(config.plan.zone)
        self._host, self._port = config.sandbox.host, config.sandbox.port
        self.talking = True

    async def start(self) -> str:
        """Open the gateway, after a stop under the same address as before; returns its endpoint."""
        endpoint = await self.gateway.start(self._host, self._port)
        self._port = int(endpoint.rpartition(":")[2])
        return endpoint

    async def stop(self) -> None:
        await self.gateway.stop()

    async def play(self, clock: Clock, began: datetime, first_day: date, claim_code: str) -> None:
        """Say every line when its time comes, evening after evening, until cancelled.

        What lies before `began` is left out; a line that is merely late is said at once, one that is very late not at
        all. While `talking` is off only the owner's first steps are said.
        """
        day = began.astimezone(self._zone).date()
        cues = steps = self._first_steps(claim_code, began) if claim_code else []
        while True:
            for cue in sorted([*cues, *self._cues(day, first_day)], key=lambda cue: cue.at):
                if cue.at < began:
                    continue
                await clock.sleep(max(0.0, (cue.at - clock()).total_seconds()))
                if cue.invited_by:
                    self.world.join(cue.room_id, [cue.who], cue.invited_by)
                elif cue not in steps and (not self.talking or clock() - cue.at > LATE):
                    continue
                elif cue.who in self.world.room(cue.room_id).seats:
                    self.world.say(cue.who, cue.room_id, cue.text, cue.mentions)
            cues = []
            day += timedelta(days=1)
            await clock.sleep(max(0.0, (instant(day, time(), self._zone) - clock()).total_seconds()))

    def _cues(self, day: date, first_day: date) -> Iterator[Cue]:
        """What is said on a day: the evening as written, and what an owner looks at every evening."""
        evening = evening_number(first_day, day, self.script.evenings)
        again = (day - first_day).days >= self.script.evenings
        for line in self.script.line:
            if line.evening == evening and not (line.once and again):
                said_at = instant(day, line.at, self._zone)
                yield Cue(said_at, line.who, line.room, line.text, line.mentions, line.invited_by)
        for at, text in ((time(20, 5), "/status"), (time(20, 20), "/tags")):
            yield Cue(instant(day, at, self._zone), self.script.owner_id, self.script.control.id, text)

    def _first_steps(self, claim_code: str, began: datetime) -> list[Cue]:
        """What the owner of a new bot does, one thing at a time, whenever it is first started."""
        control = self.script.control.id
        orders = [(control, f"/claim {claim_code}"), (control, "/control")]
        for stage in self.script.customer_rooms:
            orders.append((stage.id, "/adopt"))
            if stage.tags:
                orders.append((stage.id, f"/room set tags {'、'.join(stage.tags)}"))
        orders += [
            (stage.id, f"/checkin start {stage.checkin}") for stage in self.script.customer_rooms if stage.checkin
        ]
        owner, step = self.script.owner_id, timedelta(seconds=40)
        return [Cue(began + step * number, owner, room_id, text) for number, (room_id, text) in enumerate(orders, 1)]


def demo_clock(config: Config, lived_until: datetime | None) -> Clock:
    """The sandbox's time: as configured, or this evening at first and never back again."""
    real = Clock()
    start = config.clock.start or sandbox_start(real(), lived_until, ZoneInfo(config.plan.zone))
    return Clock(start, config.clock.speed or SPEED)
