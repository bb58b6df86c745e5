"""The operators' desk: commands and questions that come from the console instead of the chat."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Concatenate, ParamSpec, TypeVar

from bot.clock import Clock
from bot.core.events import MessageReceived
from bot.core.message import MessageKind
from bot.core.reply import Reply
from bot.inbound.answer import Answering
from bot.inbound.directory import Directory
from bot.inbound.dispatch import Dispatcher
from bot.policy.command import Call
from storage.store import Db, Store

P = ParamSpec("P")
R = TypeVar("R")

VIA = "console"
"""What the audit says about how a command came."""


class Desk:
    """Commands go the way that those of the chat go: role as it is then, handler, gate, confirmation, audit.

    They are given by a contact id, like everywhere; who may use which one is for the door to find out.
    """

    def __init__(
        self, store: Store, clock: Clock, directory: Directory, answering: Answering, dispatcher: Dispatcher
    ) -> None:
        self._store, self._clock, self._directory = store, clock, directory
        self._answering, self._dispatcher = answering, dispatcher

    async def order(self, actor_id: str, text: str, room_id: str = "") -> tuple[Reply, ...]:
        """Carry a command out as if it had been typed in private, or in a room; returns what its asker is told."""
        return await self._dispatcher.carry_out(self._said(actor_id, text, room_id), VIA)

    async def ask(
        self, actor_id: str, work: Callable[Concatenate[Db, Call, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Read something with what a handler would be told; it cannot write."""
        message = self._said(actor_id, "", "")
        return await self._store.read(lambda db: work(db, self._answering.call(db, message), *args, **kwargs))

    def _said(self, actor_id: str, text: str, room_id: str) -> MessageReceived:
        return MessageReceived(
            account_id=self._directory.account_id,
            message_id=f"{VIA}-{secrets.token_hex(8)}",
            room_id=room_id or None,
            talker_id=actor_id,
            listener_id=self._directory.self_id,
            kind=MessageKind.TEXT,
            raw_type=int(MessageKind.TEXT),
            text=text,
            sent_at=self._clock(),
            age=timedelta(),
        )
