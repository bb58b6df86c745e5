"""A gateway between the town and the bot that keeps no queue, loses things, and writes down everything it was asked."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.chat.port import Receipt
from bot.chat.sandbox.errors import NoSuchError, NotPossibleError
from bot.chat.sandbox.message import Content, Message
from bot.chat.sandbox.sight import Sight
from bot.chat.sandbox.world import World
from bot.chat.sandbox.world_event import Joined, Left, Renamed, Said, WorldEvent
from bot.core.errors import NotConnectedError, SendRefusedError, SendUncertainError
from bot.simulation.weather import Fate, Weather

TOO_FAST = "操作过于频繁，请稍后再试"
UNREAD = timedelta(seconds=5)
"""What a process was told less than this before it died, it need not have written down."""


@dataclass(slots=True)
class Sent:
    """One request of the bot's to say something, as the gateway saw it. Times are true, aware UTC."""

    at: datetime
    conversation_id: str
    text: str
    fate: Fate
    arrived_at: datetime | None = None
    echoed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message of somebody else's that a connected bot was told."""

    at: datetime
    message_id: str


class Ear(Protocol):
    """The bot's end of the link."""

    def hear(self, event: WorldEvent) -> None: ...

    def opened(self, deaf_since: datetime | None) -> None: ...

    def closed(self, why: str) -> None: ...


class Gateway:
    """At most one bot listens. `log` is what the judge reads; `deaf` when nobody was within hearing, and since when."""

    def __init__(self, world: World, weather: Weather, rng: random.Random, truth: Callable[[], datetime]) -> None:
        self.world, self.sight, self.truth = world, Sight(world), truth
        self._weather, self._rng = weather, rng
        self.log: list[Sent] = []
        self.delivered: list[Delivered] = []
        self.deaf: list[tuple[datetime, datetime]] = []
        self._ear: Ear | None = None
        self._up = True
        self._epoch = 0
        self._lost_at: datetime | None = truth()
        world.subscribe(self._tell)

    @property
    def within_hearing(self) -> bool:
        return self._up and self._ear is not None

    @property
    def deaf_since(self) -> datetime | None:
        """Since when nobody hears; None while somebody does."""
        return self._lost_at

    def attach(self, ear: Ear) -> None:
        """A bot connects. It is told at once, or when the gateway is back."""
        self._ear = ear
        if self._up:
            self._open(None)

    def vanish(self) -> None:
        """The bot's process is gone; what it had only just been told went with it."""
        self._lose()
        self._ear = None
        since = self.truth() - UNREAD
        while self.delivered and self.delivered[-1].at > since:
            self.delivered.pop()

    def restart(self, lasts: timedelta) -> None:
        """Go down, and come back after a while; what happens in between is never told."""
        if not self._up:
            return
        self._lose()
        self._up = False
        self._epoch += 1
        if self._ear is not None:
            self._ear.closed("the gateway restarts")
        asyncio.get_running_loop().call_later(lasts.total_seconds(), self._back)

    async def send(self, conversation_id: str, content: Content) -> Receipt:
        """Say something for the bot, as the weather permits."""
        if not self.within_hearing:
            raise NotConnectedError("there is no link")
        try:
            self.sight.check_conversation(conversation_id)
        except (NoSuchError, NotPossibleError) as error:
            raise SendRefusedError(str(error)) from error
        sent = Sent(self.truth(), conversation_id, content.label, self._weather.fate(self._rng))
        self.log.append(sent)
        epoch, seconds = self._epoch, self._rng.uniform(*self._weather.latency)
        message_id = self.world.new_id()
        if sent.fate.arrives:
            # The gateway goes on by itself, whether or not anybody still waits for its answer.
            reach = seconds * self._rng.random()
            asyncio.get_running_loop().call_later(reach, self._arrive, sent, content, message_id, epoch)
        await asyncio.sleep(seconds)
        return self._answer(sent, message_id, epoch)

    def _answer(self, sent: Sent, message_id: str, epoch: int) -> Receipt:
        if sent.fate.refused:
            raise SendRefusedError(TOO_FAST if sent.fate is Fate.TOO_FAST else "the gateway refuses")
        if epoch != self._epoch and not sent.fate.uncertain:
            sent.fate = Fate.TORN if sent.arrived_at else Fate.LOST
        if sent.fate.uncertain:
            raise SendUncertainError("the link broke during the call")
        return Receipt("" if self._rng.random() < self._weather.no_id else message_id)

    def _arrive(self, sent: Sent, content: Content, message_id: str, epoch: int) -> None:
        if epoch != self._epoch:
            sent.fate = Fate.LOST
            return
        sent.arrived_at = self.truth()
        message = self.world.utter(self.world.self_id, sent.conversation_id, content, message_id)
        if self._rng.random() < self._weather.echo_lost:
            return
        late = self._rng.random() < self._weather.echo_late
        wait = self._rng.uniform(0.05, self._weather.echo_latest.total_seconds() if late else 2.0)
        asyncio.get_running_loop().call_later(wait, self._echo, sent, message)

    def _echo(self, sent: Sent, message: Message) -> None:
        if self._ear is None or not self._up:
            return
        sent.echoed_at = self.truth()
        self._hear(Said(message))

    def _tell(self, event: WorldEvent) -> None:
        """Pass on what others do; the bot's own words come back by themselves, as echoes."""
        if not self.within_hearing or not self._visible(event):
            return
        if isinstance(event, Said):
            if event.message.talker_id == self.world.self_id:
                return
            self.delivered.append(Delivered(self.truth(), event.message.id))
        self._hear(event)

    def _visible(self, event: WorldEvent) -> bool:
        if isinstance(event, Said):
            return self.sight.sees(event.message)
        return isinstance(event, Joined | Left | Renamed) and self.sight.in_room(event.room_id)

    def _hear(self, event: WorldEvent) -> None:
        if self._ear is None:
            return
        self._ear.hear(event)
        if isinstance(event, Said) and self._rng.random() < self._weather.told_twice:
            self._ear.hear(event)

    def _back(self) -> None:
        self._up = True
        if self._ear is not None:
            self._open(self._lost_at)

    def _open(self, deaf_since: datetime | None) -> None:
        if self._lost_at is not None:
            self.deaf.append((self._lost_at, self.truth()))
        self._lost_at = None
        if self._ear is not None:
            self._ear.opened(deaf_since)

    def _lose(self) -> None:
        if self._lost_at is None:
            self._lost_at = self.truth()
