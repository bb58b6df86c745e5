"""Answers messages that ask for something: find the handler, check the role, run it, audit it, reply."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from loguru import logger

from bot.clock import Clock
from bot.core.audit import AuditEntry, Outcome
from bot.core.command import Answer, Call, Command, House
from bot.core.errors import NotAllowedError, PlatformError, RenderError, SpeakerError, StoreError, UsageError
from bot.core.events import MessageReceived
from bot.core.operator import Role
from bot.core.reply import Audience, Reply
from bot.inbound.directory import Directory
from bot.inbound.patience import Patience
from bot.inbound.router import Asked, Router
from bot.log import masked
from storage import audit, members, messages, operators
from storage.store import Db, Store
from storage.tables import Handling


class Mouth(Protocol):
    """What the dispatcher needs of the voice."""

    async def reply(self, conversation_id: str, reply: Reply, mention: tuple[str, str] | None = None) -> object: ...


@dataclass(frozen=True, slots=True)
class Answered:
    """What a transaction came to: what to say, and how it was audited."""

    replies: tuple[Reply, ...]
    role: Role
    talker: str
    outcome: Outcome


Hold = Literal["memory", "gateway"]

NOTHING = Answered((), Role.MEMBER, "", Outcome.REFUSED)
"""Nothing is said, for now or for good."""

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
        router: Router,
        mouth: Mouth,
        house: Callable[[], House],
        adopted: Callable[[set[str]], None],
        patience: Patience,
        tries: int,
    ) -> None:
        self._store, self._clock, self._directory, self._router = store, clock, directory, router
        self._mouth, self._house, self._adopted, self._limit = mouth, house, adopted, tries
        self._patience = patience
        self._waiting: asyncio.Queue[tuple[MessageReceived, int]] = asyncio.Queue()
        self._held: set[Hold] = {"gateway"}
        self._open = asyncio.Event()

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

    async def idle(self) -> None:
        """Return when everything queued so far has been dealt with."""
        await self._waiting.join()

    async def run(self) -> None:
        """Answer for ever."""
        while True:
            message, tries = await self._waiting.get()
            try:
                await self._attend(message, tries)
            # What was done stays done: a surprise while it is being told must not silence the bot for the next one.
            except Exception as error:  # noqa: BLE001
                log = logger.bind(action="dispatch.broken", message=masked(message.message_id))
                log.opt(exception=True).error("an answer could not be given: {}", type(error).__name__)
            finally:
                self._waiting.task_done()

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
        if answered.role >= Role.OPERATOR and answered.outcome is Outcome.DONE:
            await self._refresh()
        for reply in answered.replies:
            await self._deliver(message, reply, answered)

    async def _attempt(self, message: MessageReceived, tries: int) -> Answered:
        try:
            return await self._answer(message)
        except StoreError:
            raise
        # Whatever a handler gets wrong must neither unhear the message nor silence the bot.
        except Exception as error:  # noqa: BLE001
            log = logger.bind(action="dispatch.failed", message=masked(message.message_id))
            log.opt(exception=True).error("a handler failed: {}", type(error).__name__)
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
        if handling is Handling.PENDING:
            self.put(message, attempt)
            return NOTHING
        logger.bind(action="dispatch.set_aside", message=masked(message.message_id)).error("set aside for a person")
        alarm = Reply("alarms/set_aside", {"tries": attempt, "text": message.text}, to=Audience.CONTROL)
        return Answered((alarm,), Role.MEMBER, "", Outcome.FAILED)

    async def _answer(self, message: MessageReceived) -> Answered:
        """Nothing, once it has waited too long: after a crash, or while the database could not be written."""
        if self._patience.exceeded_by(message):
            await self._store.run(messages.set_handling, message.account_id, message.message_id, Handling.TOO_OLD)
            return NOTHING
        try:
            asked = self._router.route(message, self._directory)
            return await self._store.run(self._execute, message, asked)
        except SpeakerError as slip:
            return await self._store.run(self._refuse, message, slip)

    async def _refresh(self) -> None:
        """What a command has changed is known before the next message is looked at."""
        while True:
            try:
                self._adopted(await self._directory.reload(self._store))
                return
            except StoreError as error:
                logger.bind(action="directory.unread").error("the database cannot be read: {}", error)
                await self._clock.real_sleep(RETRY_SECONDS)

    def _execute(self, db: Db, message: MessageReceived, asked: Asked) -> Answered:
        """One transaction: the role as it is now, the handler, the audit, and the message done with."""
        call = self._call(db, message)
        found = asked.command
        if found is None:
            messages.set_handling(db, message.account_id, message.message_id, Handling.DONE)
            replies = _many(asked.otherwise(db, call) if asked.otherwise else None)
            return Answered(replies, call.role, call.talker, Outcome.DONE)
        if call.stranger and not found.anywhere:
            return Answered((), call.role, call.talker, Outcome.REFUSED)
        if call.role < found.role:
            raise NotAllowedError("errors/not_allowed", command=found.name, needed=found.role.label)
        if not found.takes(asked.words):
            raise UsageError("errors/usage", command=found.name)
        replies = _many(found.run(db, call, *asked.words))
        if not asked.bare:
            audit.write(db, message.account_id, _entry(call, found, asked.words, Outcome.DONE, ""))
        messages.set_handling(db, message.account_id, message.message_id, Handling.DONE)
        return Answered(replies, call.role, call.talker, Outcome.DONE)

    def _refuse(self, db: Db, message: MessageReceived, slip: SpeakerError) -> Answered:
        """One transaction for what was not done: audited, and explained where an answer is welcome."""
        call = self._call(db, message)
        messages.set_handling(db, message.account_id, message.message_id, Handling.DONE)
        staff = call.role >= Role.OPERATOR
        if call.stranger:
            return Answered((), call.role, call.talker, Outcome.REFUSED)
        refused = isinstance(slip, NotAllowedError)
        entry = AuditEntry(
            at=call.now,
            actor_id=call.talker_id,
            role=call.role.label,
            command=call.text[:200],
            target=call.room_id,
            outcome=Outcome.REFUSED if refused else Outcome.FAILED,
            reason=_reason(slip),
            room_id=call.room_id,
        )
        audit.write(db, message.account_id, entry)
        replies = (Reply(slip.template, slip.data),) if staff or call.private else ()
        return Answered(replies, call.role, call.talker, entry.outcome)

    def _call(self, db: Db, message: MessageReceived) -> Call:
        room_id = message.room_id or ""
        return Call(
            account_id=message.account_id,
            message_id=message.message_id,
            talker_id=message.talker_id,
            talker=members.name_of(db, message.account_id, room_id, message.talker_id),
            role=operators.role_of(db, message.account_id, message.talker_id),
            room=self._directory.rooms.get(room_id),
            room_id=room_id,
            text=self._router.plain(message, self._directory),
            now=self._clock(),
            house=self._house(),
        )

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
        mention = (message.talker_id, answered.talker) if reply.mention and answered.talker else None
        await self._say(target, reply, mention)

    def _is_customer(self, room_id: str) -> bool:
        control = self._directory.control_room
        return control is None or room_id != control.room_id

    async def _say(self, conversation_id: str, reply: Reply, mention: tuple[str, str] | None = None) -> None:
        log = logger.bind(template=reply.template, conversation=masked(conversation_id))
        try:
            await self._mouth.reply(conversation_id, reply, mention)
            log.bind(action="reply.sent").info("answered")
        except (PlatformError, RenderError) as error:
            # What was done stays done; saying it twice would be worse than not at all.
            log.bind(action="reply.failed").error("the answer did not go out: {}", error)


def _many(answer: Answer) -> tuple[Reply, ...]:
    if answer is None:
        return ()
    return (answer,) if isinstance(answer, Reply) else tuple(answer)


def _entry(call: Call, found: Command, words: Sequence[str], outcome: Outcome, reason: str) -> AuditEntry:
    # A claim code is a secret until it is used up; it has no business in the audit.
    shown = "" if found.name == "claim" else " ".join(words)
    return AuditEntry(
        at=call.now,
        actor_id=call.talker_id,
        role=call.role.label,
        command=f"/{found.name}",
        target=shown or call.room_id,
        outcome=outcome,
        reason=reason,
        room_id=call.room_id,
    )


def _reason(slip: SpeakerError) -> str:
    details = ", ".join(f"{key}={value}" for key, value in slip.data.items() if isinstance(value, str | int))
    return f"{slip.template.removeprefix('errors/')}: {details}" if details else slip.template.removeprefix("errors/")
