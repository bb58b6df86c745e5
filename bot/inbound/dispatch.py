"""Answers messages that ask for something: find the handler, check the role, run it, audit it, reply."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from typing import Literal, Protocol

from loguru import logger

from bot.clock import Clock
from bot.core.audit import Outcome
from bot.core.errors import PlatformError, RenderError, SpeakerError, StoreError
from bot.core.events import MessageReceived
from bot.core.operator import Role
from bot.core.reply import Audience, Recall, Reply
from bot.inbound.answer import NOTHING, Answered, Answering
from bot.inbound.directory import Directory
from bot.inbound.patience import Patience
from bot.log import masked, raised_at
from storage import messages, outbox
from storage.store import Store
from storage.tables import Handling


class Mouth(Protocol):
    """What the dispatcher needs of the voice."""

    async def reply(self, conversation_id: str, reply: Reply, mention: tuple[str, str] | None = None) -> object: ...

    async def recall(self, message_id: str) -> bool: ...


Hold = Literal["memory", "gateway"]

RETRY_SECONDS = 1.0


class Dispatcher:
    """Works through asking messages in the order they were committed.

    A handler that raises something unforeseen is tried `tries` times in all, then its message is set aside with
    the traceback. While the database cannot be written, or before the account is logged in, it holds: nobody is
    answered, nothing is forgotten. What has waited beyond `patience` by then is passed over in silence.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        directory: Directory,
        answering: Answering,
        mouth: Mouth,
        changed: Callable[[], Awaitable[None]],
        patience: Patience,
        tries: int,
    ) -> None:
        self._store, self._clock, self._directory, self._answering = store, clock, directory, answering
        self._mouth, self._changed, self._limit = mouth, changed, tries
        self._patience = patience
        self._waiting: asyncio.Queue[tuple[MessageReceived, int]] = asyncio.Queue()
        self._held: set[Hold] = {"gateway"}
        self._open = asyncio.Event()
        self._speaking: set[asyncio.Task[None]] = set()

    def put(self, message: MessageReceived, tries: int = 0) -> None:
        """Queue a message; `tries` is how often it has failed already."""
        self._waiting.put_nowait((message, tries))

    def hold(self, why: Hold) -> None:
        """Stop answering: words cannot be written down at present, or nobody would hear the answer."""
        self._held.add(why)
        self._open.clear()

    def resume(self, why: Hold) -> None:
        self._held.discard(why)
        if not self._held:
            self._open.set()

    async def carry_out(self, message: MessageReceived, via: str) -> tuple[Reply, ...]:
        """What was asked at another door than the chat, now: the same handlers, audit and consequences.

        Returned is what its asker is told, instead of being said; what is meant for a room is said there.
        `StoreError` while the database cannot be written: nothing was done.
        """
        try:
            answered = await self._store.run(self._answering.execute, message, self._answering.understand(message), via)
        except SpeakerError as slip:
            answered = await self._store.run(self._answering.refuse, message, slip, via)
        if answered.outcome is Outcome.DONE:
            await self._refresh()
        told: list[Reply] = []
        for reply in answered.replies:
            shown = await self._take_back(reply, answered.talker_id) if isinstance(reply, Recall) else reply
            if shown.to is Audience.ASKER:
                told.append(shown)
            else:
                await self._deliver(message, shown, answered)
        return tuple(told)

    async def idle(self) -> None:
        """Return when everything queued so far has been dealt with, and said."""
        await self._waiting.join()
        await asyncio.gather(*self._speaking)

    async def run(self) -> None:
        """Answer for ever. The next message does not wait until an answer has had its turn to be said."""
        try:
            while True:
                message, tries = await self._waiting.get()
                try:
                    await self._attend(message, tries)
                finally:
                    self._waiting.task_done()
        finally:
            for task in self._speaking:
                task.cancel()

    async def _attend(self, message: MessageReceived, tries: int) -> None:
        """See one message through. Until something is committed, trying again repeats nothing; afterwards it might."""
        while True:
            await self._open.wait()
            try:
                answered = await self._attempt(message, tries)
                break
            except StoreError as error:
                logger.bind(action="dispatch.waiting").error("the database cannot be written: {}", error)
                await self._clock.real_sleep(RETRY_SECONDS)
        if (answered.role >= Role.OPERATOR and answered.outcome is Outcome.DONE) or answered.refreshes:
            await self._refresh()
        elif answered.asks:
            self._directory.awaited.add((message.conversation_id, message.talker_id))
        if answered.replies:
            task = asyncio.create_task(self._speak(message, answered))
            self._speaking.add(task)
            task.add_done_callback(self._speaking.discard)

    async def _speak(self, message: MessageReceived, answered: Answered) -> None:
        """Say the answers, one after the other, each when its turn comes."""
        try:
            for reply in answered.replies:
                told = await self._take_back(reply, answered.talker_id) if isinstance(reply, Recall) else reply
                await self._deliver(message, told, answered)
        # What was done stays done: a surprise while it is being told must not undo it, nor silence the bot.
        except Exception as error:  # noqa: BLE001
            hidden = masked(message.message_id)
            logger.bind(action="dispatch.broken", message=hidden).error("an answer was not given: {}", raised_at(error))

    async def _attempt(self, message: MessageReceived, tries: int) -> Answered:
        try:
            return await self._answer(message)
        except StoreError:
            raise
        # Whatever a handler gets wrong must neither unhear the message nor silence the bot.
        except Exception as error:  # noqa: BLE001
            hidden = masked(message.message_id)
            logger.bind(action="dispatch.failed", message=hidden).error("a handler failed: {}", raised_at(error))
            return await self._failed(message, tries + 1, error)

    async def _failed(self, message: MessageReceived, attempt: int, error: Exception) -> Answered:
        """Keep the traceback, and try again behind what waits already, or set the message aside for a person."""
        handling = await self._store.run(
            messages.failed,
            message.account_id,
            message.message_id,
            attempt=attempt,
            limit=self._limit,
            error=repr(error),
            traceback="".join(traceback.format_exception(error)),
            now=self._clock(),
        )
        if handling is Handling.PENDING or (handling is None and attempt < self._limit):
            self.put(message, attempt)
            return NOTHING
        logger.bind(action="dispatch.set_aside", message=masked(message.message_id)).error("set aside for a person")
        if handling is None:
            return NOTHING  # Words that are not kept are repeated to nobody.
        alarm = Reply("alarms/set_aside", {"tries": attempt, "text": message.text}, to=Audience.CONTROL)
        return Answered((alarm,), Role.MEMBER, "", Outcome.FAILED)

    async def _answer(self, message: MessageReceived) -> Answered:
        """Nothing, once it has waited too long: after a crash, or while the database could not be written."""
        if self._patience.exceeded_by(message):
            await self._store.run(messages.set_handling, message.account_id, message.message_id, Handling.TOO_OLD)
            return NOTHING
        try:
            asked = self._answering.understand(message)
            return await self._store.run(self._answering.execute, message, asked)
        except SpeakerError as slip:
            return await self._store.run(self._answering.refuse, message, slip)

    async def _refresh(self) -> None:
        """What a command has changed is known before the next message is looked at."""
        while True:
            try:
                await self._directory.reload(self._store)
                await self._changed()
                return
            except StoreError as error:
                logger.bind(action="directory.unread").error("the database cannot be read: {}", error)
                await self._clock.real_sleep(RETRY_SECONDS)

    async def _take_back(self, recall: Recall, by: str) -> Reply:
        """Take a post back, and say whether the platform did."""
        try:
            done = await self._mouth.recall(recall.message_id)
            if done:
                await self._store.run(outbox.recalled, recall.delivery_id, by, self._clock())
        except (PlatformError, StoreError) as error:
            logger.bind(action="recall.failed", delivery=recall.delivery_id).warning("not taken back: {}", error)
            done = False
        return Reply("recalled" if done else "recall_failed", {"id": recall.delivery_id, "room": recall.room})

    async def _deliver(self, message: MessageReceived, reply: Reply, answered: Answered) -> None:
        """Find out where the reply belongs, and say it there."""
        control = self._directory.control_room
        target = message.conversation_id
        if reply.to is Audience.ROOM:
            target = reply.room_id
        elif reply.to is Audience.CONTROL:
            if control is None:
                return
            target = control.room_id
        elif answered.role >= Role.OPERATOR and message.room_id and self._is_customer(message.room_id):
            target = control.room_id if control else message.talker_id
        # Alone with somebody nobody says their name before every sentence.
        named = reply.mention and answered.talker and target != message.talker_id
        mention = (message.talker_id, answered.talker) if named else None
        await self._say(target, reply, mention)

    def _is_customer(self, room_id: str) -> bool:
        control = self._directory.control_room
        return control is None or room_id != control.room_id

    async def _say(self, conversation_id: str, reply: Reply, mention: tuple[str, str] | None = None) -> None:
        log = logger.bind(template=reply.template, conversation=masked(conversation_id))
        try:
            await self._mouth.reply(conversation_id, reply, mention)
            log.bind(action="reply.sent").info("answered")
        except (PlatformError, RenderError, StoreError) as error:
            # What was done stays done; saying it twice would be worse than not at all.
            log.bind(action="reply.failed").error("the answer did not go out: {}", error)
