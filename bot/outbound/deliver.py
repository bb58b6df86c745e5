"""Publishes one delivery: its turn, gate and intent in one durable transaction, the send, and its outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from loguru import logger

from bot.clock import Clock
from bot.core.delivery import Delivery, DeliveryState
from bot.core.errors import NotConnectedError, RenderError, SendRefusedError, SendUncertainError, StoreError
from bot.core.message import File
from bot.core.post import PostKind
from bot.core.posted import Source
from bot.core.reason import Reason
from bot.core.verdict import Drop, Hold, Verdict
from bot.inquiry import Wish, decide, pieces
from bot.outbound.care import people_of
from bot.policy.calling import caller
from bot.policy.caring import Still
from bot.policy.charter import Charter
from bot.policy.occasion import variables
from bot.policy.text import content_hash
from bot.turns import Rank
from bot.voice import Turn, Voice
from storage import accounts, approvals, checkins, deliveries, ledger, notices, outbox, rooms, sending
from storage.accounts import Lease
from storage.store import Db, Store

ATTEMPTS = 3
RETRY_AFTER = timedelta(minutes=2)
"""A post that was provably not sent is tried again after this long, at most so often."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What every delivery of this process is held to."""

    lease: Callable[[], Lease]
    charter: Charter
    still: Mapping[str, Still]


class NobodyLeftError(Exception):
    """Everybody a care post was about has left, unsubscribed or asked to be forgotten, or it is not true any more."""


class Delivering:
    """Sends at most once per attempt. `in_flight` are the deliveries whose outcome this process still awaits."""

    def __init__(self, store: Store, clock: Clock, voice: Voice, terms: Terms) -> None:
        self._store, self._clock, self._voice, self._terms = store, clock, voice, terms
        self.in_flight: set[int] = set()

    async def publish(self, delivery: Delivery) -> DeliveryState:
        """Take a due delivery as far as it will go, and return where it stands."""
        log = logger.bind(delivery=delivery.id, content=delivery.content)
        if isinstance(await self._store.read(self._foresee, delivery), Hold | Drop):
            verdict = await self._store.run(self._look, delivery)
            if isinstance(verdict, Hold | Drop):
                return self._told(delivery, verdict)
        try:
            # Once before its turn, so that what cannot be said takes nobody else's.
            text = await self._store.read(self._compose, delivery)
            async with self._voice.turn(Rank.of(delivery.kind), delivery.room_id) as turn:
                return await self._take_turn(delivery, text, turn)
        except NobodyLeftError:
            log.bind(action="delivery.nobody").info("nobody is left whom it is about")
            return await self._skip(delivery, Reason("care.nobody"))
        except RenderError as error:
            # Nothing was intended yet, so a template that does not render costs a post and nothing else.
            log.bind(action="delivery.unrendered").error("{}", error)
            return await self._skip(delivery, Reason("content.broken", {"fault": str(error)}))
        except SendRefusedError as error:
            log.bind(action="delivery.waits").warning("no turn to speak: {}", error)
            return delivery.state

    async def _skip(self, delivery: Delivery, reason: Reason) -> DeliveryState:
        await self._store.run(outbox.drop, delivery.id, DeliveryState.SKIPPED, reason, self._clock())
        return DeliveryState.SKIPPED

    async def _take_turn(self, delivery: Delivery, text: str, turn: Turn) -> DeliveryState:
        self.in_flight.add(delivery.id)
        try:
            intended = await self._store.run(self._intend, delivery, text, turn.paced_until)
            if isinstance(intended, Hold | Drop):
                return self._told(delivery, intended)
            post = self._terms.charter.library.get(delivery.content)
            return await self._send(delivery, intended, post.media if post else None, turn)
        finally:
            self.in_flight.discard(delivery.id)

    def _told(self, delivery: Delivery, verdict: Hold | Drop) -> DeliveryState:
        log = logger.bind(delivery=delivery.id, content=delivery.content)
        log.bind(action="delivery.not_sent").info("{}", verdict.reason)
        return DeliveryState.HELD if isinstance(verdict, Hold) else _dropped(verdict)

    def _compose(self, db: Db, delivery: Delivery) -> str:
        """What it would say now; `NobodyLeftError` when that is nothing to anybody."""
        post = self._terms.charter.library.get(delivery.content)
        if post is None:
            return delivery.body
        room = rooms.find(db, delivery.account_id, delivery.home_id)
        if room is None:
            return ""
        people: tuple[Mapping[str, object], ...] = ()
        if post.kind is PostKind.CARE:
            people = people_of(db, delivery, room, self._terms.still)
            if not people:
                raise NobodyLeftError
        day = date.fromisoformat(delivery.slot_day)
        campaign = caller(checkins.here(db, delivery.account_id, delivery.home_id), delivery.content, day)
        return self._voice.compose(post, variables(self._terms.charter.speaker, room, day, post, people, campaign))

    def _foresee(self, db: Db, delivery: Delivery) -> Verdict:
        """The gate's first look, so that what may not go out waits for no turn."""
        return decide(db, delivery.account_id, self._terms.charter, Wish.of(delivery), self._clock())

    def _look(self, db: Db, delivery: Delivery) -> Verdict:
        """The same, written down."""
        return self._ask(db, deliveries.get(db, delivery.id), self._clock())

    def _intend(self, db: Db, delivery: Delivery, text: str, paced_until: datetime | None) -> str | Hold | Drop:
        """One durable transaction: ours to send, still waiting, let through by the gate, and in the ledger.

        Returns the text to send. Of particular people nothing is said that has ceased to be true in the meantime: a
        post waits for its turn, and they check in, unsubscribe or leave.
        """
        now = self._clock()
        lease = self._terms.lease()
        accounts.check_lease(db, lease)
        current = deliveries.get(db, delivery.id)
        if current.content != delivery.content or current.body != delivery.body:
            return Hold(Reason("content.swapped"))
        verdict = self._ask(db, current, now)
        if isinstance(verdict, Hold | Drop):
            return verdict
        if current.kind is PostKind.CARE:
            text = self._compose(db, current)
        text_hash = content_hash(text)
        outbox.intend(db, delivery.id, text=text, text_hash=text_hash, epoch=lease.epoch, now=now)
        ledger.enter(
            db,
            delivery.account_id,
            delivery.room_id,
            kind=current.kind,
            source=current.source,
            content=current.content,
            delivery_id=delivery.id,
            text_hash=text_hash,
            pieces=pieces(self._terms.charter, current.content),
            at=now,
        )
        sending.pace(db, delivery.account_id, paced_until)
        return text

    def _ask(self, db: Db, current: Delivery, now: datetime) -> Verdict:
        """Ask the gate, and write down what it says."""
        if not current.state.waiting:
            return Drop(Reason("state", {"state": current.state.value}))
        verdict = decide(db, current.account_id, self._terms.charter, Wish.of(current), now)
        match verdict:
            case Hold(reason):
                outbox.hold(db, current.id, reason, now)
                if reason.rule == "approval.stale" and (room := rooms.find(db, current.account_id, current.home_id)):
                    approvals.ask(db, current, room, now)
            case Drop(reason):
                outbox.drop(db, current.id, _dropped(verdict), reason, now)
                if current.source is Source.COMMAND:
                    self._tell_dropped(db, current, reason, now)
            case _:
                pass
        return verdict

    def _tell_dropped(self, db: Db, delivery: Delivery, reason: Reason, now: datetime) -> None:
        """Whoever commanded a post hears at once that it will not go out; the plan's own wait for the brief."""
        room = rooms.find(db, delivery.account_id, delivery.home_id)
        post = self._terms.charter.library.get(delivery.content)
        data = {
            "id": delivery.id,
            "room": room.name if room else delivery.room_id,
            "title": post.title if post else "",
            "reason": {"rule": reason.rule, "numbers": dict(reason.numbers), "next_at": reason.next_at},
        }
        notices.post(db, delivery.account_id, f"dropped:{delivery.id}", "alarms/dropped", data, now)

    async def _send(self, delivery: Delivery, text: str, media: Path | None, turn: Turn) -> DeliveryState:
        """The send itself. Only a refusal that is certain may lead to another attempt."""
        log = logger.bind(delivery=delivery.id)
        try:
            picture = await asyncio.to_thread(_picture, media) if media else None
            receipt = await turn.say(text, picture)
        except (NotConnectedError, SendRefusedError, OSError) as error:
            log.bind(action="delivery.refused").warning("provably not sent: {}", error)
            return await self._store.run(self._refused, delivery, str(error), self._clock())
        except SendUncertainError as error:
            await self._unknown(delivery, str(error))
            return DeliveryState.UNKNOWN
        except asyncio.CancelledError:
            try:
                await asyncio.shield(self._unknown(delivery, "cancelled"))
            except StoreError as error:
                # The row says DISPATCHING, which the next start takes for the same; stopping comes first.
                log.bind(action="delivery.unwritten").error("the database cannot be used: {}", error)
            raise
        await self._store.run(outbox.accepted, delivery.id, receipt.message_id, self._clock())
        log.bind(action="delivery.accepted").info("the gateway took it")
        return DeliveryState.ACCEPTED

    async def _unknown(self, delivery: Delivery, said: str) -> None:
        logger.bind(action="delivery.unknown", delivery=delivery.id).warning("nobody knows if it was sent: {}", said)
        reason = Reason("send.uncertain", {"said": said})
        await self._store.run(outbox.unknown, delivery.id, reason, self._clock())

    def _refused(self, db: Db, delivery: Delivery, said: str, now: datetime) -> DeliveryState:
        again_at = now + RETRY_AFTER if deliveries.get(db, delivery.id).attempts < ATTEMPTS else None
        reason = Reason("send.refused", {"said": said}, again_at)
        outbox.refused(db, delivery.id, reason, again_at=again_at, now=now)
        current = deliveries.get(db, delivery.id)
        if current.state is DeliveryState.FAILED:
            room = rooms.find(db, delivery.account_id, delivery.home_id)
            data = {"id": delivery.id, "room": room.name if room else delivery.room_id, "said": said}
            notices.post(db, delivery.account_id, f"failed:{delivery.id}", "alarms/failed", data, now)
        return current.state


def _dropped(verdict: Drop) -> DeliveryState:
    return DeliveryState.EXPIRED if verdict.reason.rule.startswith("expired") else DeliveryState.SKIPPED


def _picture(path: Path) -> File:
    return File(path.name, path.read_bytes())
