"""The outbound flow, top to bottom: what is due is derived from rows and the time, at every tick.

plan → gate and intent (one transaction) → send → outcome; the echo confirms it on the inbound side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from loguru import logger

from bot.clock import Clock
from bot.core.errors import LeaseLostError, StoreError
from bot.core.post import Post
from bot.outbound.deliver import Delivering, Terms
from bot.outbound.plan import plan_today
from bot.voice import Voice
from storage import accounts, deliveries
from storage.store import Db, Store


class Outbound:
    """Ticks. A missed tick, a restart or a jump of the clock changes nothing: nothing is kept but the rows."""

    def __init__(
        self,
        *,
        account_id: str,
        store: Store,
        clock: Clock,
        voice: Voice,
        terms: Terms,
        seed: str,
        may_post: Callable[[], bool],
    ) -> None:
        self._account, self._store, self._clock, self._terms = account_id, store, clock, terms
        self._seed, self._may_post = seed, may_post
        self._library: Sequence[Post] = tuple(terms.library.values())
        self._delivering = Delivering(store, clock, voice, terms)

    async def start(self) -> None:
        """A post that was being sent when the process died may have arrived: it is never sent again."""
        lost = await self._store.run(
            deliveries.orphaned, self._account, (), "crash: the process ended while it was being sent"
        )
        if lost:
            logger.bind(action="delivery.orphaned", count=lost).warning("{} posts may or may not have gone out", lost)

    async def tick(self) -> None:
        """Plan today, then publish what is due, one at a time."""
        try:
            await self._orphans()
            await self._plan()
            if self._may_post():
                for delivery in await self._store.read(deliveries.due, self._account, self._clock()):
                    await self._delivering.publish(delivery)
        except StoreError as error:
            # Without a durable intent nothing is sent; the next tick asks the database again.
            logger.bind(action="outbound.waiting").error("the database cannot be used: {}", error)
        except LeaseLostError as error:
            logger.bind(action="outbound.stopped").error("{}; nothing is sent any more", error)

    async def _plan(self) -> None:
        now = self._clock()
        planned = await self._store.run(plan_today, self._account, self._library, self._terms.hours, self._seed, now)
        for delivery in planned:
            logger.bind(action="plan.slot", delivery=delivery.id, content=delivery.content).info(
                "due {:%Y-%m-%d %H:%M:%S}Z", delivery.due_at
            )

    async def _orphans(self) -> None:
        """A commit that failed after the intent leaves a row that nobody is sending."""
        reason = "commit.failed: nobody can say whether the intent was written before or after the send"
        await self._store.run(self._close_orphans, tuple(self._delivering.in_flight), reason)

    def _close_orphans(self, db: Db, in_flight: Sequence[int], reason: str) -> None:
        """Rows of this process only: another one that has taken the account over may be sending."""
        accounts.check_lease(db, self._terms.lease())
        deliveries.orphaned(db, self._account, in_flight, reason)
