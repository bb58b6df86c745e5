"""Travels forward in the bot's time and lives every moment on the way, so that nothing due in it is skipped."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from loguru import logger

from bot.core.errors import LeaseLostError, StoreError
from bot.policy.window import Hours, instant
from bot.web.sandbox.goals import Aim, Goal
from bot.web.site import Site
from storage import accounts, deliveries
from storage.store import Db

SPEED = 60.0
"""Seconds a second while something is said: the pauses between two posts are waited for, echoes have time to come."""

EVERY = timedelta(hours=1)
"""By day, while anything may be said, time is looked at so often: care and rows of check-ins arise from it."""

AFTER = timedelta(minutes=6)
"""So long after an evening its brief is written."""

PATIENCE = 4.0
"""Real seconds that one step waits for outcomes; with an echo that never comes, its fate is settled meanwhile."""

GRACE = 2.0
"""Real seconds that a journey has to stop when the house closes."""

TELL_EVERY = 0.2
"""Real seconds between two looks of the page."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a journey is. `result` is "" on the way, then arrived, missed, cancelled, nowhere or failed.

    One that has missed is there, but what it was made for is not to be seen.

    `fates` counts what became of the posts that were due on the way, by state.
    """

    goal: str
    now: datetime
    until: datetime | None = None
    result: str = ""
    fates: Counter[str] = field(default_factory=Counter)


class Journey:
    """One at a time. Whoever is on the way is asked to stop, so that nothing that is being said is cut off."""

    def __init__(self, site: Site) -> None:
        self._site, self._app, self._clock = site, site.app, site.app.clock
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._told_at = 0.0
        self.progress: Progress | None = None

    @property
    def under_way(self) -> bool:
        return self._task is not None and not self._task.done()

    def begin(self, actor_id: str, goal: Goal) -> bool:
        """Set out; False while another journey goes on."""
        if self.under_way:
            return False
        self._stopping = False
        self.progress = Progress(goal.name, self._clock())
        self._task = asyncio.create_task(self._travel(actor_id, goal))
        return True

    def cancel(self) -> None:
        """Stop at the next moment."""
        self._stopping = True

    async def end(self) -> None:
        """Stop, and wait until it has; a gateway that does not answer is not waited for."""
        self.cancel()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=GRACE)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _travel(self, actor_id: str, goal: Goal) -> None:
        """The clock runs while somebody may have to wait for a turn, and afterwards goes on as it did before."""
        began, speed, stood = self._clock(), self._clock.speed, self._clock.stands
        self._clock.run(SPEED)
        result, fates = "failed", Counter[str]()
        try:
            reached = await self._reached(actor_id, goal)
            fates = await self._app.store.read(_fates, self._app.account, began, self._clock())
            result = reached
        except (StoreError, LeaseLostError) as error:
            logger.bind(action="journey.failed").error("nothing can be written down any more: {}", error)
        finally:
            self._clock.run(speed)
            if stood or (goal.halts and result == "arrived"):
                self._clock.stand()
            self._conclude(result, fates)

    async def _reach(self, actor_id: str, goal: Goal) -> str:
        for number, aim in enumerate(goal.aims):
            until = await self._ask(actor_id, aim)
            if until is None:
                return "arrived" if number else "nowhere"
            if not await self._live_until(until):
                return "cancelled"
        return "arrived"

    async def _reached(self, actor_id: str, goal: Goal) -> str:
        result = await self._reach(actor_id, goal)
        missed = result == "arrived" and not await self._app.desk.ask(actor_id, goal.met)
        return "missed" if missed else result

    async def _ask(self, actor_id: str, aim: Aim) -> datetime | None:
        return await self._app.desk.ask(actor_id, aim)

    async def _live_until(self, until: datetime) -> bool:
        """Every moment on the way, and the last one; False when asked to stop before."""
        while True:
            await self._live()
            now = self._clock()
            self._tell(now, until)
            if now >= until:
                return True
            if self._stopping:
                return False
            moment = min(await self._moments(now, until))
            if moment > self._clock():
                self._clock.jump(moment)

    async def _live(self) -> None:
        """Let the bot do what is due, and wait until what it has said has been heard, or cannot be any more."""
        tick = self._app.outbound.tick
        loop = asyncio.get_running_loop()
        await tick()
        # A tick waits for a better time when it cannot write; a moment of which nothing is kept was not lived.
        await self._app.store.run(accounts.check_lease, self._app.tenancy.lease)
        patience, again = loop.time() + PATIENCE, loop.time() + 0.5
        while (
            loop.time() < patience
            and not self._stopping
            and await self._app.store.read(deliveries.awaiting, self._app.account)
        ):
            await self._clock.real_sleep(0.01)
            if loop.time() >= again:
                again = loop.time() + 0.5
                await tick()

    async def _moments(self, now: datetime, until: datetime) -> list[datetime]:
        """What may come next: something due, a new day, an hour in which something may be said, or the end."""
        due = await self._app.store.read(deliveries.next_due, self._app.account)
        rules = self._app.charter.rules
        found = [until, *_midnight(rules.hours, now), *_hours(rules.hours, now), *_hours(rules.care_hours, now)]
        return [*found, *([due] if due is not None and due > now else [])]

    def _tell(self, now: datetime, until: datetime) -> None:
        if self.progress is not None:
            self.progress = replace(self.progress, now=now, until=until)
        if asyncio.get_running_loop().time() - self._told_at >= TELL_EVERY:
            self._told_at = asyncio.get_running_loop().time()
            self._site.stream.tell("time")

    def _conclude(self, result: str, fates: Counter[str]) -> None:
        if self.progress is not None:
            self.progress = replace(self.progress, now=self._clock(), result=result, fates=fates)
        self._site.stream.tell("time")


def _midnight(hours: Hours, now: datetime) -> Iterator[datetime]:
    yield instant(hours.local_day(now) + timedelta(days=1), time(0, 0, 1), hours.zone)


def _hours(hours: Hours, now: datetime) -> Iterator[datetime]:
    """The openings to come and, while one is open, the next hour in it, its end, and when its brief is written."""
    following = hours.next_opening(now)
    if following is not None:
        yield following.start
    for opening in hours.openings(hours.local_day(now) - timedelta(days=1), 2):
        moments = (min(now + EVERY, opening.end), opening.end, opening.end + AFTER)
        yield from (moment for moment in moments if opening.start <= now < moment)


def _fates(db: Db, account_id: str, since: datetime, until: datetime) -> Counter[str]:
    return Counter(item.state.value for item in deliveries.between(db, account_id, since, until))
