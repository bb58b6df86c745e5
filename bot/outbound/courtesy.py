"""Says what the bot says of its own accord without posting: each courtesy once, at its time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from loguru import logger

from bot.clock import Clock
from bot.core.errors import NotConnectedError, RenderError, SendRefusedError, SendUncertainError
from bot.core.pause import Scope
from bot.log import masked
from bot.policy.charter import Charter
from bot.policy.courtesy import Aside, Manners, Take
from bot.voice import Voice
from storage import pauses
from storage.store import Db, Store

Asked = Callable[[str, str], None]
"""Hears that a question was put: in which conversation, to whom."""

Refreshed = Callable[[], Awaitable[None]]
"""Hears that what the process knows by heart has changed: a check-in has begun or ended by itself."""


class Courtesies:
    """`takes` are asked in their order at every look."""

    def __init__(
        self, account_id: str, store: Store, clock: Clock, voice: Voice, charter: Charter, takes: Sequence[Take]
    ) -> None:
        self._account, self._store, self._clock, self._voice, self._charter = account_id, store, clock, voice, charter
        self._takes = tuple(takes)
        self.asked: Asked = lambda _conversation_id, _contact_id: None
        self.refreshed: Refreshed = _nothing

    async def say(self) -> None:
        """Everything that is due; what is taken is said at most once."""
        asides = await self._store.run(self._take, self._clock())
        if any(aside.reply.refreshes for aside in asides):
            await self.refreshed()
        for aside in asides:
            await self._say(aside)

    def _take(self, db: Db, now: datetime) -> Sequence[Aside]:
        active = pauses.active(db, self._account, now)
        every = {pause.room_id for pause in active if pause.scope is Scope.ALL}
        manners = Manners(self._account, self._charter, now, lambda room_id: not every.isdisjoint({"", room_id}))
        return [aside for take in self._takes for aside in take(db, manners)]

    async def _say(self, aside: Aside) -> None:
        log = logger.bind(template=aside.reply.template, conversation=masked(aside.conversation_id))
        if aside.reply.asks and aside.mention:
            self.asked(aside.conversation_id, aside.mention[0])
        try:
            await self._voice.reply(aside.conversation_id, aside.reply, aside.mention)
            log.bind(action="courtesy.said").info("said of its own accord")
        except (NotConnectedError, SendRefusedError) as error:
            log.bind(action="courtesy.unsaid").warning("will be said later: {}", error)
            await self._store.run(aside.undo)
        except (SendUncertainError, RenderError) as error:
            log.bind(action="courtesy.failed").error("may not have been said: {}", error)


async def _nothing() -> None:
    """Nobody needs to know."""
