"""Decides what an asking message comes to, each in one transaction: the handler's work, its audit, its replies."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.clock import Clock
from bot.core.audit import AuditEntry, Outcome
from bot.core.errors import NotAllowedError, SpeakerError, UsageError
from bot.core.events import MessageReceived
from bot.core.operator import Role
from bot.core.reply import Recall, Reply
from bot.inbound.directory import Directory
from bot.inbound.router import Asked, Router
from bot.policy.command import Answer, Call, Command, House
from bot.policy.traces import STRUCK
from storage import audit, forgotten, members, messages, operators
from storage.store import Db
from storage.tables import Handling


@dataclass(frozen=True, slots=True)
class Answered:
    """What a transaction came to: what to say, and how it was audited."""

    replies: tuple[Reply | Recall, ...]
    role: Role
    talker: str
    outcome: Outcome
    talker_id: str = ""

    @property
    def asks(self) -> bool:
        """Whether the talker's yes or no is now waited for."""
        return any(isinstance(reply, Reply) and reply.asks for reply in self.replies)

    @property
    def refreshes(self) -> bool:
        """Whether what the process knows by heart has changed."""
        return any(isinstance(reply, Reply) and reply.refreshes for reply in self.replies)


_ID = re.compile(r"[A-Za-z0-9_@.-]+")

NOTHING = Answered((), Role.MEMBER, "", Outcome.REFUSED)
"""Nothing is said, for now or for good."""


class Answering:
    """Runs handlers. Its functions are transactions: they are given the session, and nothing of them is sent yet."""

    def __init__(self, clock: Clock, directory: Directory, router: Router, house: Callable[[], House]) -> None:
        self._clock, self._directory, self._router, self._house = clock, directory, router, house

    def understand(self, message: MessageReceived) -> Asked:
        """What the message asks for; `UnknownCommandError` when nobody declared it."""
        return self._router.route(message, self._directory)

    def execute(self, db: Db, message: MessageReceived, asked: Asked, via: str = "") -> Answered:
        """One transaction: the role as it is now, the handler, the audit, and the message done with.

        `via` is kept in the audit: through which door it came, if not through the chat.
        """
        if not messages.still_asks(db, message.account_id, message.message_id):
            return NOTHING
        call = self.call(db, message)
        found = asked.command
        gone = _gone(db, call)
        if gone and (found is None or not found.traceless):
            told = (Reply("forgotten_first"),) if found is not None and not call.stranger else ()
            return Answered(told, call.role, "", Outcome.REFUSED)
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
        if not asked.bare and not gone:
            audit.write(db, message.account_id, _entry(call, found, asked.words, Outcome.DONE, via))
        messages.set_handling(db, message.account_id, message.message_id, Handling.DONE)
        return Answered(replies, call.role, call.talker, Outcome.DONE, call.talker_id)

    def refuse(self, db: Db, message: MessageReceived, slip: SpeakerError, via: str = "") -> Answered:
        """One transaction for what was not done: audited, and explained where an answer is welcome."""
        call = self.call(db, message)
        messages.set_handling(db, message.account_id, message.message_id, Handling.DONE)
        staff = call.role >= Role.OPERATOR
        if call.stranger or _gone(db, call):
            return Answered((), call.role, call.talker, Outcome.REFUSED)
        refused = isinstance(slip, NotAllowedError)
        entry = AuditEntry(
            at=call.now,
            actor_id=call.talker_id,
            role=call.role.label,
            command=_discreet(db, call, call.text[:200]),
            target=call.room_id,
            outcome=Outcome.REFUSED if refused else Outcome.FAILED,
            reason=_discreet(db, call, f"{via}: {_reason(slip)}" if via else _reason(slip)),
            room_id=call.room_id,
        )
        audit.write(db, message.account_id, entry)
        replies = (Reply(slip.template, slip.data),) if staff or call.private else ()
        return Answered(replies, call.role, call.talker, entry.outcome)

    def call(self, db: Db, message: MessageReceived) -> Call:
        """Who speaks, where, when, and what the house knows, as a handler is told."""
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
            sent_at=message.sent_at,
            now=self._clock(),
            house=self._house(),
        )


def _gone(db: Db, call: Call) -> bool:
    """Whether nothing may be written about who speaks, because they asked for it."""
    return call.role is Role.MEMBER and forgotten.holds(db, call.account_id, call.talker_id)


def _discreet(db: Db, call: Call, text: str) -> str:
    """Without the ids of those who asked to be forgotten: a page that stayed open still commands by them."""
    return _ID.sub(lambda word: STRUCK if forgotten.holds(db, call.account_id, word[0]) else word[0], text)


def _many(answer: Answer) -> tuple[Reply | Recall, ...]:
    if answer is None:
        return ()
    return (answer,) if isinstance(answer, Reply | Recall) else tuple(answer)


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
