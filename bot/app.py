"""The composition root: builds everything out of a Config, starts it, and ends it cleanly."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from loguru import logger

from bot.chat.port import Chat
from bot.clock import Clock
from bot.config import Config
from bot.core.errors import LeaseLostError, StoreError
from bot.core.operator import Role
from bot.inbound.answer import Answering
from bot.inbound.attention import Attention
from bot.inbound.desk import Desk
from bot.inbound.directory import Directory
from bot.inbound.dispatch import Dispatcher
from bot.inbound.forgetting import Forgetting
from bot.inbound.hearing import Hearing
from bot.inbound.media import MediaFetcher
from bot.inbound.patience import Patience
from bot.inbound.pipeline import Inbound
from bot.inbound.record import Recorded
from bot.inbound.roster import Roster
from bot.inbound.router import Router
from bot.inbound.spill import Spill
from bot.lease import RENEW_SECONDS, Tenancy
from bot.materials import Content, charter_of
from bot.outbound.care import Caring
from bot.outbound.courtesy import Courtesies
from bot.outbound.deliver import Terms
from bot.outbound.housekeeping import Housekeeping
from bot.outbound.pipeline import Outbound
from bot.outbound.safety import Safety
from bot.policy.command import House
from bot.scheduler import Ticker, Ticks
from bot.turns import Turns
from bot.voice import Voice
from handlers import CARES, COMMANDS, COURTESIES, STILL
from handlers.answer import hear_answer
from handlers.talk import answer_mention, answer_private
from storage import accounts, messages, operators
from storage.store import Db, Store

TICK_SECONDS = 5.0
"""How often the outbox is looked at, in seconds of the bot's clock."""

PATIENCE_SECONDS = 0.5
"""How long the words heard last may take on their way into the database when the bot stops."""

CLAIM_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


class App:
    """One account's bot, from its store to its tickers. Build it, `start` it, and `wait` until it ends."""

    def __init__(
        self,
        config: Config,
        content: Content,
        store: Store,
        clock: Clock,
        chat: Chat,
        watch: Callable[[Recorded], None] = lambda _recorded: None,
        ticker: Ticks | None = None,
    ) -> None:
        self.config, self.content, self.store, self.clock, self.chat = config, content, store, clock, chat
        self.account = config.chat.account
        self.claim_code = ""
        self.router = Router(COMMANDS, mentioned=answer_mention, private=answer_private, answered=hear_answer)
        self.directory = Directory(self.account, {config.brand.persona}, self.router.hears)
        self.tenancy = Tenancy(store, clock, self.account)
        self.charter = charter_of(config, content)
        self.turns = Turns(clock, self.charter.pace, self.charter.seed, self._is_control)
        self.safety = Safety(self.account, store, clock, self.turns, self.charter)
        self.voice = Voice(chat, content.renderer, self.turns, self.safety.remember, self.safety.trip)
        self.roster = Roster(store, chat, clock, self.directory)
        self.media = MediaFetcher(
            store,
            chat,
            config.path(config.storage.folder),
            int(config.storage.media_megabytes * 1_000_000),
            connected=lambda: self.inbound.connected,
        )
        patience = Patience(clock, config.inbound.silent_after_seconds)
        answering = Answering(clock, self.directory, self.router, self._house)
        self.dispatcher = Dispatcher(
            store=store,
            clock=clock,
            directory=self.directory,
            answering=answering,
            mouth=self.voice,
            changed=self._changed,
            patience=patience,
            tries=config.inbound.tries,
        )
        self.desk = Desk(store, clock, self.directory, answering, self.dispatcher)
        spill = Spill(config.path(config.storage.folder) / f"spill-{self.account}.jsonl")
        log = config.path(config.log.file) if config.log.file else None
        self.forgetting = Forgetting(store, clock, self.directory, spill, config.path(config.storage.folder), log)
        self.hearing = Hearing(clock)
        self.inbound = Inbound(
            store=store,
            clock=clock,
            directory=self.directory,
            tag_rules=content.rules,
            spill=spill,
            dispatcher=self.dispatcher,
            media=self.media,
            roster=self.roster,
            patience=patience,
            charter=self.charter,
            attention=Attention(self.directory, config.plan.zone),
            hearing=self.hearing,
            signals=self.safety,
            watch=watch,
        )
        self.courtesies = Courtesies(self.account, store, clock, self.voice, self.charter, COURTESIES)
        self.courtesies.asked = lambda *who: self.directory.awaited.add(who)
        self.courtesies.refreshed = self._know_anew
        self.outbound = Outbound(
            account_id=self.account,
            store=store,
            clock=clock,
            voice=self.voice,
            terms=Terms(lambda: self.tenancy.lease, self.charter, STILL),
            may_post=lambda: self.inbound.may_post,
            heard=self.hearing.since,
            courtesies=self.courtesies,
            caring=Caring(self.account, self.charter, CARES),
            housekeeping=Housekeeping(self.account, store, self.charter.customs, config.path(config.storage.folder)),
        )
        self._ticker = ticker or Ticker()
        self._tasks: list[asyncio.Task[None]] = []
        self._lost: LeaseLostError | None = None

    async def start(self) -> None:
        """Take the account, remember where we were, and begin to hear, answer and post."""
        await self.tenancy.take()
        owners = await self.store.run(self._enter_owners)
        if not owners:
            self.claim_code = "".join(secrets.choice(CLAIM_ALPHABET) for _ in range(8))
        await self.directory.reload(self.store)
        # Rooms that were managed before are looked at one after the other, once the gateway is there.
        self.directory.take_adopted()
        await self.safety.begin()
        await self.outbound.start()
        for waiting in await self.store.read(messages.pending, self.account):
            self.dispatcher.put(waiting.message, waiting.tries)
        for message in await self.store.read(messages.awaiting_media, self.account, 200):
            self.media.put(message)
        lives = (self.inbound.run(self.chat), self.dispatcher.run(), self.media.run(), self.roster.run())
        self._tasks = [asyncio.ensure_future(life) for life in lives]
        tick = max(0.05, TICK_SECONDS / self.clock.speed)
        self._ticker.every(tick, self.outbound.watch, "outbound")
        self._ticker.every(tick, self.outbound.attend, "care")
        self._ticker.every(tick, self.outbound.deliver, "delivery")
        self._ticker.every(1.0, self.inbound.recover, "recover")
        self._ticker.every(1.0, self.forgetting.look, "forgetting")
        self._ticker.every(RENEW_SECONDS, self._renew, "lease")
        self._ticker.start()

    async def wait(self) -> None:
        """Return when the chat is closed; raise what ended the bot otherwise."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        # Closing the chat cancels what was being read; why it was closed comes first.
        if self._lost is not None:
            raise self._lost
        for task in done:
            task.result()

    async def stop(self) -> None:
        """Stop waking, let the send in flight finish, record what was heard, and let the account go."""
        await self._ticker.stop()
        hearing, asking = self._tasks[:1], self._tasks[1:]
        await _end(asking)
        await self.chat.close()
        if hearing:
            await asyncio.wait(hearing, timeout=PATIENCE_SECONDS)
        await _end(hearing)
        try:
            await self.tenancy.release()
        except StoreError as error:
            logger.bind(action="lease.unreleased").warning("the lease will expire by itself: {}", error)

    def _enter_owners(self, db: Db) -> int:
        """The owners of config.toml are owners; returns how many owners there are."""
        accounts.ensure(db, self.account, self.clock())
        for contact_id in self.config.operators.owners:
            operators.add(db, self.account, contact_id, Role.OWNER, name="", by="config.toml", now=self.clock())
        return sum(1 for person in operators.every(db, self.account) if person.role is Role.OWNER)

    async def _renew(self) -> None:
        try:
            await self.tenancy.renew()
        except StoreError as error:
            logger.bind(action="lease.unrenewed").warning("the lease could not be renewed: {}", error)
        except LeaseLostError as error:
            logger.bind(action="lease.lost").error("{}; this process stops", error)
            self._lost = error
            await self.chat.close()

    def _is_control(self, conversation_id: str) -> bool:
        control = self.directory.control_room
        return control is not None and control.room_id == conversation_id

    async def _changed(self) -> None:
        """A command has changed something: rooms, settings, a pause, the plan, what holds all sending."""
        self.roster.look_at(self.directory.take_adopted())
        if self.directory.returned:
            self.directory.returned = False
            self.roster.sync()
        self.forgetting.ask()
        self.outbound.replan()
        await self.safety.follow()

    async def _know_anew(self) -> None:
        """Something the process knows by heart has changed by itself; the plan may follow from it."""
        await self.directory.reload(self.store)
        self.outbound.replan()

    def _house(self) -> House:
        return House(
            charter=self.charter,
            zone=self.config.plan.zone,
            claim_code=self.claim_code,
            known_rooms=self.directory.known_rooms,
            gateway=self.config.chat.gateway,
            connected=self.inbound.connected,
            commands=COMMANDS,
            campaigns=self.directory.campaigns,
        )


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def running(app: App) -> AsyncIterator[App]:
    """The bot, alive for the length of the block."""
    async with AsyncExitStack() as stack:
        stack.push_async_callback(app.stop)
        await app.start()
        yield app
