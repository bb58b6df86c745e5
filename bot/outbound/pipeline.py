"""The outbound flow, top to bottom: what is due is derived from rows and the time, at every tick.

watch:   clock → what became of earlier sends → plan → brief → alarms to the control room
attend:  care posts for particular people → the outbox; courtesies that are no posts → said
deliver: due → late ones sorted out → turn → gate and intent (one transaction) → send → outcome

The echo confirms a post on the inbound side.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from loguru import logger

from bot.clock import Clock
from bot.core.delivery import Delivery, DeliveryState
from bot.core.errors import LeaseLostError, StoreError
from bot.core.reason import Reason
from bot.outbound.brief import Brief
from bot.outbound.care import Caring
from bot.outbound.courtesy import Courtesies
from bot.outbound.deliver import Delivering, Terms
from bot.outbound.housekeeping import Housekeeping
from bot.outbound.notify import Notifier
from bot.outbound.plan import Planning
from bot.outbound.settle import Settling
from bot.policy.missed import sort_out
from bot.voice import Voice
from storage import accounts, deliveries, notices, outbox, sending
from storage.store import Db, Store

JUMP = timedelta(seconds=60)
QUIET = timedelta(minutes=10)
"""A clock that jumps by more than JUMP freezes posts until it has been quiet for so long, or somebody resumes."""

PLAN_EVERY = timedelta(minutes=15)
"""A new day, or a room that came back, is noticed within so long; a person's change at once."""

CARE_EVERY = timedelta(minutes=10)
"""Whose day it is, is asked so often: birthdays are told on the day itself, and rows of check-ins grow until late."""

LOOK_AGAIN = timedelta(seconds=30)
"""While a long broadcast goes out, what is due is read again this often: something more urgent may have come."""

AT_MOST = timedelta(minutes=30)


class Outbound:
    """Ticks. A missed tick, a restart or a jump of the clock changes nothing: nothing is kept but the rows.

    `heard` tells for how long the gateway has been within hearing since a time.
    """

    def __init__(
        self,
        *,
        account_id: str,
        store: Store,
        clock: Clock,
        voice: Voice,
        terms: Terms,
        may_post: Callable[[], bool],
        heard: Callable[[datetime], timedelta],
        courtesies: Courtesies,
        caring: Caring,
        housekeeping: Housekeeping,
    ) -> None:
        self._account, self._store, self._clock, self._terms = account_id, store, clock, terms
        self._may_post = may_post
        self._planning = Planning(account_id, terms.charter)
        self._delivering = Delivering(store, clock, voice, terms)
        self._settling = Settling(account_id, heard)
        self._brief = Brief(account_id, terms.charter)
        self._notifier = Notifier(account_id, store, clock, voice, terms.charter)
        self._courtesies, self._caring, self._housekeeping = courtesies, caring, housekeeping
        # Two looks at once would tell an alarm twice.
        self._watching, self._attending, self._posting = asyncio.Lock(), asyncio.Lock(), asyncio.Lock()
        self._jumped = 0
        self._plan_at: datetime | None = None
        self._care_at: datetime | None = None
        self._ask_again_at: datetime | None = None
        self._wake_at: datetime | None = None

    async def start(self) -> None:
        """A post that was being sent when the process died may have arrived: it is never sent again."""
        self._clock.slip()  # From here on a jump is noticed.
        lost = await self._store.run(outbox.orphaned, self._account, (), Reason("crash"), self._clock())
        if lost:
            logger.bind(action="delivery.orphaned", count=len(lost)).warning("posts may or may not have gone out")

    async def tick(self) -> None:
        """Everything once: first what there is to know and to plan, then what is due."""
        await self.watch()
        await self.attend()
        await self.deliver()

    async def watch(self) -> None:
        """Look at the clock, at what became of earlier sends, and at the plan; tell the operators."""
        async with self._watching:
            await self._watch()

    async def _watch(self) -> None:
        try:
            await self._watch_clock()
            now = self._clock()
            if await self._store.read(deliveries.awaiting, self._account):
                await self._settle(now)
            if self._plan_at is None or not self._plan_at - PLAN_EVERY <= now < self._plan_at:
                await self._plan(now)
            await self._brief.write(self._store, now)
            await self._housekeeping.tidy(now)
            if self._may_post():
                await self._notifier.tell()
            self._wake_at = await self._next(now)
        except StoreError as error:
            # Without a durable intent nothing is sent; the next tick asks the database again.
            logger.bind(action="outbound.waiting").error("the database cannot be used: {}", error)
        except LeaseLostError as error:
            logger.bind(action="outbound.stopped").error("{}; nothing is sent any more", error)

    async def attend(self) -> None:
        """Say what is polite to say now, and put care posts for particular people into the outbox."""
        async with self._attending:
            await self._attend()

    async def _attend(self) -> None:
        try:
            now = self._clock()
            if self._care_at is None or not self._care_at - CARE_EVERY <= now < self._care_at:
                if await self._store.run(self._caring.plan, now):
                    self._wake_at = None
                self._care_at = now + CARE_EVERY
            if self._may_post():
                await self._courtesies.say()
        except StoreError as error:
            logger.bind(action="outbound.waiting").error("the database cannot be used: {}", error)

    async def deliver(self) -> None:
        """Publish what is due, the most urgent first, one at a time."""
        async with self._posting:
            await self._deliver()

    async def _deliver(self) -> None:
        try:
            while self._may_post() and not await self._deliver_some():
                pass
        except StoreError as error:
            logger.bind(action="outbound.waiting").error("the database cannot be used: {}", error)
        except LeaseLostError as error:
            logger.bind(action="outbound.stopped").error("{}; nothing is sent any more", error)

    def replan(self) -> None:
        """A person changed something: look at the plan, and at what waits for a person, at the next tick."""
        self._plan_at = self._care_at = self._ask_again_at = self._wake_at = None

    def wake_at(self, now: datetime) -> datetime:
        """The next instant at which there is something to do, at most half an hour ahead."""
        return now if self._wake_at is None else max(now, min(self._wake_at, now + AT_MOST))

    async def _deliver_some(self) -> bool:
        """One reading of what is due; True when it was dealt with to its end."""
        await self._watch_clock()
        now = self._clock()
        due, frozen = await self._store.read(self._due, now)
        asked = self._worth_asking(due, now)
        # By a clock that nobody trusts nothing is too late; the gate holds it.
        go, late = (asked, ()) if frozen else sort_out(asked, now)
        if late:
            await self._store.run(self._expire, late, now)
            self._plan_anew()
        for delivery in go:
            if not self._may_post():
                return True
            if (await self._delivering.publish(delivery)).given_up:
                self._plan_anew()
            if self._clock() - now > LOOK_AGAIN:
                return False
        return True

    def _due(self, db: Db, now: datetime) -> tuple[Sequence[Delivery], bool]:
        """What is due, if anything, and whether the clock is frozen."""
        due = deliveries.due(db, self._account, now)
        return due, bool(due) and sending.load(db, self._account).frozen(now)

    def _plan_anew(self) -> None:
        """The plan had taken for said what will not be: what it put after that may not fit any more."""
        self._plan_at = self._wake_at = None

    def _worth_asking(self, due: Sequence[Delivery], now: datetime) -> Sequence[Delivery]:
        """Without those that wait for a person, unless one did something or half an hour has passed."""
        if self._ask_again_at is None or now >= self._ask_again_at:
            self._ask_again_at = now + AT_MOST
            return due
        return [item for item in due if item.state is not DeliveryState.HELD or item.next_at is not None]

    def _expire(self, db: Db, late: Sequence[Delivery], now: datetime) -> None:
        """One late post a room is enough; the operators hear how many were given up."""
        reason = Reason("expired.missed", {"count": len(late)})
        given_up = [item for item in late if outbox.drop(db, item.id, DeliveryState.EXPIRED, reason, now)]
        if given_up:
            key = f"missed:{given_up[0].id}"
            rooms = sorted({item.room_id for item in given_up})
            notices.post(db, self._account, key, "alarms/missed", {"count": len(given_up), "rooms": len(rooms)}, now)

    async def _watch_clock(self) -> None:
        """Asked before anything is done by the clock, by both ticks; a jump is told once, and kept until written."""
        slip = self._clock.slip()
        if abs(slip) > JUMP:
            self._jumped = int(slip.total_seconds())
            logger.bind(action="clock.jumped", seconds=self._jumped).error("no posts until the clock is quiet")
        jumped, self._jumped = self._jumped, 0
        if jumped:
            try:
                await self._store.run(self._freeze, jumped, self._clock())
                self._ask_again_at = None
            except StoreError:
                self._jumped = jumped
                raise

    def _freeze(self, db: Db, seconds: int, now: datetime) -> None:
        """What an earlier freeze holds until a time of the old clock is asked about again by the new one."""
        sending.freeze(db, self._account, now + QUIET)
        outbox.wake(db, self._account, ("clock.",), now)
        data = {"seconds": seconds, "until_at": now + QUIET}
        notices.post(db, self._account, f"frozen:{now.isoformat()}", "alarms/frozen", data, now)

    async def _settle(self, now: datetime) -> None:
        settled = await self._store.run(self._settle_all, tuple(self._delivering.in_flight), now)
        for delivery in settled:
            log = logger.bind(action=f"delivery.{delivery.state}", delivery=delivery.id)
            log.warning("nobody can say whether it arrived")

    def _settle_all(self, db: Db, in_flight: Sequence[int], now: datetime) -> Sequence[Delivery]:
        """Rows of this process only: another one that has taken the account over may be sending."""
        accounts.check_lease(db, self._terms.lease())
        outbox.orphaned(db, self._account, in_flight, Reason("commit.failed"), now)
        return self._settling.settle(db, now)

    async def _plan(self, now: datetime) -> None:
        planned = await self._store.run(self._planning.plan, now)
        self._planning.keep(planned)
        self._plan_at = now + PLAN_EVERY
        for delivery in planned.deliveries:
            logger.bind(action="plan.slot", delivery=delivery.id, content=delivery.content).info(
                "due {:%Y-%m-%d %H:%M:%S}Z", delivery.due_at
            )

    async def _next(self, now: datetime) -> datetime:
        """When the rows want to be looked at again."""
        return await self._store.read(self._soonest, now)

    def _soonest(self, db: Db, now: datetime) -> datetime:
        due = deliveries.next_due(db, self._account)
        again = now + (LOOK_AGAIN if deliveries.awaiting(db, self._account) else AT_MOST)
        return max(now, min(due or again, again))
