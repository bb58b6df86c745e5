"""Publishes one delivery: the gate and the intent in one durable transaction, then the send, then its outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from loguru import logger

from bot.clock import Clock
from bot.core.delivery import Delivery, DeliveryState
from bot.core.errors import NotConnectedError, RenderError, SendRefusedError, SendUncertainError
from bot.core.message import File
from bot.core.post import Post
from bot.core.room import Room
from bot.policy.gate import Drop, Hold, Question, Verdict, decide
from bot.policy.room_settings import hours_of
from bot.policy.text import content_hash
from bot.policy.window import Hours
from bot.voice import Voice
from storage import accounts, deliveries, ledger, rooms
from storage.accounts import Lease
from storage.store import Db, Store

ATTEMPTS = 3
RETRY_AFTER = timedelta(minutes=2)
"""A post that was provably not sent is tried again after this long, at most so often."""

Variables = Callable[[Room, date], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Terms:
    """What every delivery of this process is held to."""

    lease: Callable[[], Lease]
    hours: Hours
    library: Mapping[str, Post]
    variables: Variables


class Delivering:
    """Sends at most once per attempt. `in_flight` are the deliveries whose outcome this process still awaits."""

    def __init__(self, store: Store, clock: Clock, voice: Voice, terms: Terms) -> None:
        self._store, self._clock, self._voice, self._terms = store, clock, voice, terms
        self.in_flight: set[int] = set()

    async def publish(self, delivery: Delivery) -> DeliveryState:
        """Take a due delivery as far as it will go, and return where it stands."""
        log = logger.bind(delivery=delivery.id, content=delivery.content)
        post = self._terms.library.get(delivery.content)
        if post is None:
            return await self._close(delivery, DeliveryState.SKIPPED, "content.gone: no longer in the library")
        try:
            text = await self._compose(delivery, post)
        except RenderError as error:
            # Nothing was intended yet, so a template that does not render costs a post and nothing else.
            log.bind(action="delivery.unrendered").error("{}", error)
            return await self._close(delivery, DeliveryState.SKIPPED, f"content.broken: {error}")
        self.in_flight.add(delivery.id)
        try:
            verdict = await self._store.run(self._intend, delivery, text)
            if isinstance(verdict, Hold | Drop):
                log.bind(action="delivery.not_sent").info("{}", verdict.reason)
                return DeliveryState.HELD if isinstance(verdict, Hold) else DeliveryState.SKIPPED
            return await self._send(delivery, text, post.media)
        finally:
            self.in_flight.discard(delivery.id)

    async def _compose(self, delivery: Delivery, post: Post) -> str:
        room = await self._store.read(rooms.find, delivery.account_id, delivery.room_id)
        if room is None:
            return ""
        return self._voice.compose(post, self._terms.variables(room, date.fromisoformat(delivery.slot_day)))

    def _intend(self, db: Db, delivery: Delivery, text: str) -> Verdict:
        """One durable transaction: ours to send, still waiting, let through by the gate, and in the ledger."""
        now = self._clock()
        lease = self._terms.lease()
        accounts.check_lease(db, lease)
        current = deliveries.get(db, delivery.id)
        if not current.state.waiting:
            return Drop(f"state.{current.state}: somebody else has dealt with it")
        room = rooms.find(db, delivery.account_id, delivery.room_id)
        hours = hours_of(room.settings, self._terms.hours) if room else self._terms.hours
        verdict = decide(
            Question(current.kind, current.due_at, room is not None, room is not None and room.active, hours), now
        )
        match verdict:
            case Hold(reason, until):
                deliveries.close(db, delivery.id, DeliveryState.HELD, reason, next_at=until)
            case Drop(reason):
                expired = reason.startswith("expired")
                state = DeliveryState.EXPIRED if expired else DeliveryState.SKIPPED
                deliveries.close(db, delivery.id, state, reason)
            case _:
                deliveries.intend(db, delivery.id, text=text, text_hash=content_hash(text), epoch=lease.epoch, now=now)
                ledger.enter(
                    db,
                    delivery.account_id,
                    delivery.room_id,
                    kind=current.kind,
                    source="plan",
                    content=current.content,
                    delivery_id=delivery.id,
                    at=now,
                )
        return verdict

    async def _send(self, delivery: Delivery, text: str, media: Path | None) -> DeliveryState:
        """The send itself. Only a refusal that is certain may lead to another attempt."""
        log = logger.bind(delivery=delivery.id)
        try:
            picture = await asyncio.to_thread(_picture, media) if media else None
            receipt = await self._voice.publish(delivery.room_id, text, picture)
        except (NotConnectedError, SendRefusedError, OSError) as error:
            log.bind(action="delivery.refused").warning("provably not sent: {}", error)
            return await self._store.run(self._refused, delivery, str(error), self._clock())
        except (SendUncertainError, asyncio.CancelledError) as error:
            log.bind(action="delivery.unknown").warning("nobody knows whether it was sent: {}", error)
            await asyncio.shield(self._store.run(deliveries.unknown, delivery.id, f"send.uncertain: {error}"))
            if isinstance(error, asyncio.CancelledError):
                raise
            return DeliveryState.UNKNOWN
        await self._store.run(deliveries.accepted, delivery.id, receipt.message_id)
        log.bind(action="delivery.accepted").info("the gateway took it")
        return DeliveryState.ACCEPTED

    def _refused(self, db: Db, delivery: Delivery, reason: str, now: datetime) -> DeliveryState:
        attempts = deliveries.get(db, delivery.id).attempts
        again_at = now + RETRY_AFTER if attempts < ATTEMPTS else None
        deliveries.refused(db, delivery.id, f"send.refused: {reason}", again_at=again_at)
        ledger.strike(db, delivery.id)
        return deliveries.get(db, delivery.id).state

    async def _close(self, delivery: Delivery, state: DeliveryState, reason: str) -> DeliveryState:
        await self._store.run(deliveries.close, delivery.id, state, reason)
        return state


def _picture(path: Path) -> File:
    return File(path.name, path.read_bytes())
