"""The inbound flow, top to bottom: hear → decide → record → act.

Words are durable before anybody acts on them. When the database cannot be written they go to the spill file,
and nothing is sent until they have come home.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from loguru import logger

from bot.chat.port import Events
from bot.clock import Clock
from bot.core.errors import StoreError
from bot.core.events import (
    ChatEvent,
    Disconnected,
    GatewayErred,
    LoggedIn,
    LoggedOut,
    MembersJoined,
    MembersLeft,
    MessageReceived,
    TopicChanged,
)
from bot.core.message import MessageKind
from bot.core.post import PostKind
from bot.inbound.attention import Attention
from bot.inbound.directory import Directory
from bot.inbound.discretion import discreet
from bot.inbound.dispatch import Dispatcher
from bot.inbound.hearing import Hearing
from bot.inbound.media import MediaFetcher
from bot.inbound.patience import Patience
from bot.inbound.record import Heard, Recorded, record
from bot.inbound.roster import Roster
from bot.inbound.spill import Spill
from bot.policy import breaker, staff_post
from bot.policy.charter import Charter
from bot.policy.tag_rules import TagHit, TagRules
from storage.store import Store
from storage.tables import Handling

RETRY_SECONDS = 0.5
BATCH = 512
BURST = 64
GATHER_SECONDS = 0.03
"""After a batch this large more is gathered for a moment: in a burst large transactions cost a third of small ones."""


class Signals(Protocol):
    """What the outbound side must hear at once."""

    def trip(self, why: str) -> None:
        """The platform says the account speaks too fast, or has logged it out."""
        ...

    def changed(self) -> None:
        """What sending must obey has changed: a full stop was committed."""
        ...


class Inbound:
    """Takes events in until the stream is closed. `connected`: the link is up, and the account is logged in."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        directory: Directory,
        tag_rules: TagRules,
        spill: Spill,
        dispatcher: Dispatcher,
        media: MediaFetcher,
        roster: Roster,
        patience: Patience,
        charter: Charter,
        attention: Attention,
        hearing: Hearing,
        signals: Signals,
        watch: Callable[[Recorded], None] = lambda _recorded: None,
    ) -> None:
        self._store, self._clock, self._directory, self._tag_rules = store, clock, directory, tag_rules
        self._spill, self._dispatcher, self._media, self._roster = spill, dispatcher, media, roster
        self._patience, self._watch, self._charter, self._attention = patience, watch, charter, attention
        self._hearing, self._signals = hearing, signals
        self._turn = asyncio.Lock()
        self._home = 0

    @property
    def connected(self) -> bool:
        """Whether the gateway is within hearing and the account is logged in."""
        return self._hearing.open

    @property
    def may_post(self) -> bool:
        """Whether the gateway is within hearing, and no words wait outside the database."""
        return self.connected and not self._spill.holds

    async def spilled(self) -> int:
        """How many events wait outside the database."""
        return await asyncio.to_thread(self._spill.waiting)

    async def run(self, chat: Events) -> None:
        """Hear until the door is closed."""
        await self.recover()
        async for events in chat.batches(limit=BATCH):
            await self._take(events)
            if len(events) >= BURST:
                await asyncio.sleep(GATHER_SECONDS)

    async def _take(self, events: Sequence[ChatEvent]) -> None:
        """One batch, the whole way. It is let go only when the database or the spill file has it."""
        for event in events:
            self._follow(event)
        # A disk tells nobody when it is well again, so there is nothing to wait on but time.
        while not await self._kept(events):  # noqa: ASYNC110
            await asyncio.sleep(RETRY_SECONDS)

    async def _kept(self, events: Sequence[ChatEvent]) -> bool:
        """In the database, or, while that fails or older words wait there, in the spill file."""
        async with self._turn:
            if not self._spill.holds and await self._recorded(events):
                return True
            return await self._spilled(events)

    async def _recorded(self, events: Sequence[ChatEvent]) -> bool:
        try:
            await self._keep(events)
        except StoreError as error:
            logger.bind(action="record.spilling").error("the database cannot be written: {}", error)
            self._dispatcher.hold("memory")
            return False
        self._dispatcher.resume("memory")
        return True

    async def _spilled(self, events: Sequence[ChatEvent]) -> bool:
        kept = [event for event in (discreet(event, self._directory.forgets) for event in events) if event is not None]
        try:
            if kept:
                await asyncio.to_thread(self._spill.add, kept)
        except OSError as error:
            logger.bind(action="spill.failed").error("the spill file cannot be written either: {}", error)
            return False
        return True

    async def _keep(self, events: Sequence[ChatEvent]) -> None:
        """Decide, record in one transaction, then hand on what was committed."""
        heard: list[Heard] = []
        passing: list[MessageReceived] = []
        for event in events:
            kept = discreet(event, self._directory.forgets)
            if kept is not None and not self._passes_by(kept):
                heard.append(self._decide(kept))
            elif (
                isinstance(event, MessageReceived)
                and self._directory.asks(event)
                and not self._patience.exceeded_by(event)
            ):
                passing.append(event)
        if heard:
            now = self._clock()
            self._act(await self._store.run(record, self._directory.account_id, heard, self._charter, now))
        for message in passing:
            self._dispatcher.put(message)

    def _passes_by(self, event: ChatEvent) -> bool:
        """Whether nothing may be stored about it: it happened in a room nobody adopted."""
        if not isinstance(event, MessageReceived | MembersJoined | MembersLeft | TopicChanged):
            return False
        return event.room_id is not None and not self._directory.manages(event.room_id)

    def _decide(self, event: ChatEvent) -> Heard:
        """What the event means before anything is written: its tags, and whether it waits for an answer."""
        if not isinstance(event, MessageReceived):
            return Heard(event)
        handling = Handling.NONE
        if self._directory.asks(event):
            handling = Handling.TOO_OLD if self._patience.exceeded_by(event) else Handling.PENDING
        return Heard(event, self._tags(event), handling, self._posted(event), self._attention.notes(event))

    def _tags(self, message: MessageReceived) -> tuple[TagHit, ...]:
        """Customers earn tags by what they say to each other; staff and commands do not."""
        staff = self._directory.role_of(message.talker_id) > 0
        if message.kind is not MessageKind.TEXT or message.from_self or staff or message.room_id is None:
            return ()
        return self._tag_rules.match(message.text)

    def _posted(self, message: MessageReceived) -> PostKind | None:
        """The kind of post that staff have made of it; None for everybody else, and for what is no post."""
        staff = message.from_self or self._directory.role_of(message.talker_id) > 0
        if not staff or message.room_id is None:
            return None
        return staff_post.classify(message.text, message.kind, mentions=bool(message.mention_ids))

    def _act(self, recorded: Recorded) -> None:
        self._watch(recorded)
        for message in recorded.asking:
            self._dispatcher.put(message)
        for message in recorded.with_files:
            self._media.put(message)
        for delivery in recorded.confirmed:
            logger.bind(action="delivery.confirmed", delivery=delivery).info("the post was seen in its room")
        if recorded.stopped:
            self._signals.changed()
        if recorded.repeated:
            logger.bind(action="record.repeated", count=recorded.repeated).info("heard before, not recorded again")

    def _follow(self, event: ChatEvent) -> None:
        """Keep the process's own picture up to date."""
        match event:
            case LoggedIn():
                self._hearing.begin()
                self._directory.self_id = event.self_id
                self._dispatcher.resume("gateway")
                self._roster.sync()
            case Disconnected() | LoggedOut():
                self._hearing.end()
                self._dispatcher.hold("gateway")
                logger.bind(action="gateway.lost").warning("out of hearing: {}", event.reason)
                if isinstance(event, LoggedOut):
                    self._signals.trip(f"logout: {event.reason}")
            case GatewayErred():
                logger.bind(action="gateway.error").warning("the gateway reports an error: {}", event.detail[:200])
                if breaker.too_fast(event.detail):
                    self._signals.trip(event.detail)
            case MessageReceived() if breaker.warned(
                event.text, event.kind, from_self=event.from_self, from_nobody=not event.talker_id
            ):
                self._signals.trip(event.text)
            case TopicChanged():
                self._directory.topics[event.room_id] = event.topic
            case MembersJoined():
                self._roster.welcome(event)
            case MembersLeft(self_left=True):
                self._directory.topics.pop(event.room_id, None)
                self._roster.sync()
            case _:
                pass

    async def recover(self) -> None:
        """Bring spilled words home, and let the bot speak again; called at the start and every second."""
        if not self._spill.holds:
            return
        self._dispatcher.hold("memory")
        async with self._turn:
            try:
                await self._replay()
            except StoreError:
                return
            await asyncio.to_thread(self._spill.clear)
            self._home = 0
        self._dispatcher.resume("memory")
        logger.bind(action="record.recovered").warning("the database can be written again; nothing was lost")

    async def _replay(self) -> None:
        """Go on where the last replay stopped: what has come home is not acted on again."""
        spilled = await asyncio.to_thread(lambda: [event for chunk in self._spill.chunks() for event in chunk])
        for start in range(self._home, len(spilled), BATCH):
            events = spilled[start : start + BATCH]
            await self._keep(events)
            self._home += len(events)
