"""Where the link's notes become the bot's events, each in its own try: one odd event never ends the stream."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from loguru import logger

from bot.chat.wechaty.arrivals import Arrivals
from bot.chat.wechaty.mentions import Mentions
from bot.chat.wechaty.names import Names
from bot.chat.wechaty.parse import DirtyHeard, MalformedError, MessageHeard, UnknownTypeError, message_from, parse
from bot.chat.wechaty.payload import Payload
from bot.clock import Clock
from bot.core.events import (
    ChatEvent,
    Connected,
    Disconnected,
    GatewayErred,
    LoggedIn,
    LoggedOut,
    MembersJoined,
    MembersLeft,
    MessageReceived,
    TopicChanged,
)
from bot.log import worth_a_line


class Hearing:
    """Who the bot is logged in as, and what it hears; the link's listener."""

    def __init__(self, account_id: str, clock: Clock, names: Names, mentions: Mentions, tally: Counter[str]) -> None:
        self._account_id, self._clock, self._names, self._mentions = account_id, clock, names, mentions
        self._tally = tally
        self._arrivals: Arrivals | None = None
        self.self_id: str | None = None
        self._last_self = ""
        self._said_login = False

    def feed(self, arrivals: Arrivals) -> None:
        """Where events go from now on."""
        self._arrivals = arrivals

    @property
    def arrivals(self) -> Arrivals:
        if self._arrivals is None:
            raise RuntimeError("the hearing is not fed to any arrivals yet")
        return self._arrivals

    def opened(self, deaf_for: float | None) -> None:
        now = self._clock()
        deaf_since = None if deaf_for is None else now - timedelta(seconds=deaf_for * self._clock.speed)
        self._said_login = False
        self._names.forget_all()
        self.arrivals.say(Connected(self._account_id, now, deaf_since))

    def lost(self, reason: str) -> None:
        self.arrivals.say(Disconnected(self._account_id, self._clock(), reason))

    def barred(self, reason: str) -> None:
        self.arrivals.say(GatewayErred(self._account_id, reason, self._clock()))

    async def drained(self) -> None:
        await self.arrivals.drained()

    def hear(self, kind: int, payload: str) -> bool:
        """Takes one raw event; False when there is no room for another."""
        try:
            heard = parse(
                kind, payload, account_id=self._account_id, self_id=self.self_id or self._last_self, now=self._clock()
            )
            self._take(heard)
        except UnknownTypeError as error:
            self._count("unknown", "event.unknown", error)
        except MalformedError as error:
            self._count("malformed", "event.malformed", error, kind)
        except Exception as error:  # noqa: BLE001  # the stream's outermost loop: a surprise costs one event, not all
            self._count("malformed", "event.broken", error, kind)
        return not self.arrivals.full

    def _take(self, heard: ChatEvent | MessageHeard | DirtyHeard | None) -> None:
        if isinstance(heard, MessageHeard):
            self._say_login_again()
            self.arrivals.add_message(heard.message_id)
        elif isinstance(heard, LoggedIn):
            self._log_in(heard)
        elif isinstance(heard, LoggedOut):
            self.self_id, self._said_login = None, False
            self.arrivals.say(heard)
        elif isinstance(heard, MembersJoined | MembersLeft | TopicChanged):
            self._names.forget_room(heard.room_id)
            self.arrivals.add(heard)
        elif isinstance(heard, DirtyHeard):
            self._names.forget(heard.kind, heard.payload_id)
        elif heard is not None:
            self.arrivals.say(heard)

    def _log_in(self, event: LoggedIn) -> None:
        """Says it once for each connection: gateways tell on opening the stream, and again when Start is done."""
        if self._said_login and event.self_id == self.self_id:
            return
        self.self_id = self._last_self = event.self_id
        self._said_login = True
        self.arrivals.say(event)

    def _say_login_again(self) -> None:
        """A gateway that brings messages over a new connection is logged in, even if it forgot to say so."""
        if not self._said_login and self.self_id is not None:
            self._log_in(LoggedIn(self._account_id, self.self_id, self._clock()))

    async def finish(self, payload: Payload) -> MessageReceived:
        """A fetched payload as an event, with the bot among the mentioned where only its name says so."""
        self_id = self.self_id or self._last_self
        if payload.room_id and not payload.mention_ids and payload.talker_id != self_id:
            payload.mention_ids = await self._mentions.find(payload.room_id, payload.text, self_id)
        return message_from(payload, account_id=self._account_id, self_id=self_id, clock=self._clock)

    def _count(self, name: str, action: str, error: Exception, kind: int | None = None) -> None:
        self._tally[name] += 1
        count = self._tally[name]
        if worth_a_line(count):
            about = "" if kind is None else f" (type {kind})"
            logger.bind(action=action, count=count).warning(
                "an event was passed over: {}{}", type(error).__name__, about
            )
