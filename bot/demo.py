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


@dataclass(frozen=True, slots=True)
class Cue:
    """Something somebody will say."""

    at: datetime
    who: str
    room_id: str
    text: str
    mentions: tuple[str, ...] = ()


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

    async def start(self) -> str:
        """Open the gateway; returns its endpoint."""
        return await self.gateway.start(self._host, self._port)

    async def stop(self) -> None:
        await self.gateway.stop()

    async def play(self, clock: Clock, first_day: date, claim_code: str) -> None:
        """Say every line when its time comes, evening after evening, until cancelled."""
        day = clock().astimezone(self._zone).date()
        while True:
            for cue in self._cues(day, first_day, claim_code):
                wait = (cue.at - clock()).total_seconds()
                if wait < 0:
                    continue
                await clock.sleep(wait)
                if cue.who in self.world.room(cue.room_id).seats:
                    self.world.say(cue.who, cue.room_id, cue.text, cue.mentions)
            day += timedelta(days=1)
            await clock.sleep(max(0.0, (instant(day, time(), self._zone) - clock()).total_seconds()))

    def _cues(self, day: date, first_day: date, claim_code: str) -> list[Cue]:
        evening = evening_number(first_day, day, self.script.evenings)
        cues = [
            Cue(instant(day, line.at, self._zone), line.who, line.room, line.text, line.mentions)
            for line in self.script.line
            if line.evening == evening
        ]
        steps = list(self._first_steps(claim_code)) if claim_code else []
        steps += [(time(20, 5), self.script.control.id, "/status"), (time(20, 20), self.script.control.id, "/tags")]
        owner = self.script.owner_id
        cues += [Cue(instant(day, at, self._zone), owner, room_id, text) for at, room_id, text in steps]
        return sorted(cues, key=lambda cue: cue.at)

    def _first_steps(self, claim_code: str) -> Iterator[tuple[time, str, str]]:
        """What an owner does on the first evening, one thing at a time."""
        control = self.script.control.id
        yield time(18, 55, 40), control, f"/claim {claim_code}"
        yield time(18, 56, 20), control, "/control"
        for minute, stage in enumerate(self.script.customer_rooms, 57):
            yield time(18, minute), stage.id, "/adopt"


def demo_clock(config: Config, heard_at: datetime | None) -> Clock:
    """The sandbox's time: as configured, or this evening at first and never back again."""
    real = Clock()
    start = config.clock.start or sandbox_start(real(), heard_at, ZoneInfo(config.plan.zone))
    return Clock(start, config.clock.speed or SPEED)
