"""The owner, who opens the shop by chat, and later pauses, resumes, posts and asks, now and then."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.core.post import Post, PostKind
from bot.simulation.clockwork import Clockwork
from bot.simulation.gateway import Gateway
from bot.simulation.story import Label, Stop
from bot.simulation.town import CONTROL, OWNER, STAFF, Town

LOOK_SECONDS, LOOKS = 6.0, 5
"""The owner looks for an answer so often, at such intervals, before the command is given again."""

PERSISTENCE = 8
SILENCE = timedelta(minutes=10)
"""A shop is opened all the same: after so long somebody tries again."""

CALM_BETWEEN = timedelta(days=2)
"""About so long after one thing was done somebody thinks of the next."""


class Owner:
    """Gives commands, and gives them again when nobody answers. `stops` are the pauses that the bot acknowledged.

    `ordered` are the posts that were commanded, and for which room.
    """

    def __init__(
        self, town: Town, gateway: Gateway, clockwork: Clockwork, posts: Iterable[Post], rng: random.Random
    ) -> None:
        self._town, self._gateway, self._clockwork, self._rng = town, gateway, clockwork, rng
        self._posts = [post for post in posts if post.kind is PostKind.VALUE and post.audience == "all"]
        self.stops: list[Stop] = []
        self.ordered: list[tuple[datetime, str]] = []

    async def open_shop(self) -> None:
        """The owner makes the control room, and the bot takes over every room, each with its own settings."""
        await self._insist(CONTROL, "/control")
        for room in self._town.rooms:
            for order in room.orders():
                answered_at = await self._insist(room.room_id, order)
                room.adopted_at = room.adopted_at or answered_at
        for person in STAFF[1:]:
            await self._insist(CONTROL, f"/op add {person}")

    async def _insist(self, room_id: str, text: str) -> datetime:
        """Give an order until it is answered, however long the breaker keeps the bot silent."""
        while (answered_at := await self.command(room_id, text)) is None:  # noqa: ASYNC110 - nobody tells the owner
            await asyncio.sleep(SILENCE.total_seconds())
        return answered_at

    async def command(self, room_id: str, text: str) -> datetime | None:
        """Give an order until it is answered in the control room; returns when it had been answered."""
        for _ in range(PERSISTENCE):
            # Nobody tells the owner that the bot is back, or that its clock is right again.
            while self._clockwork.skew or not self._gateway.within_hearing:  # noqa: ASYNC110
                await asyncio.sleep(LOOKS * LOOK_SECONDS)
            before = len(self._gateway.log)
            self._town.say(OWNER, room_id, text, Label.COMMAND)
            for _look in range(LOOKS):
                await asyncio.sleep(LOOK_SECONDS)
                answers = (sent for sent in self._gateway.log[before:] if sent.conversation_id == CONTROL)
                if any(not sent.fate.refused for sent in answers):
                    return self._clockwork.truth()
        return None

    async def command_now_and_then(self, until: datetime) -> None:
        """Pauses, resumptions, posts out of turn and questions, one after the other, until the end."""
        while self._clockwork.truth() < until:
            await asyncio.sleep(self._rng.expovariate(1 / CALM_BETWEEN.total_seconds()))
            await self._rng.choice((self._pause, self._pause, self._post, self._ask))()

    async def _pause(self) -> None:
        room = self._rng.choice(self._town.rooms) if self._rng.random() < 0.7 else None
        promo_only = self._rng.random() < 0.4
        where = room.topic if room else "all"
        words = ["/pause", where, *(["promo"] if promo_only else [])]
        answered_at = await self.command(CONTROL, " ".join(words))
        if answered_at is None:
            return
        lasts = timedelta(seconds=self._rng.uniform(600, 20 * 3600))
        stop = Stop(room.room_id if room else "", promo_only, answered_at, self._clockwork.truth() + lasts)
        self.stops.append(stop)
        self._clockwork.nudge()
        await asyncio.sleep(lasts.total_seconds())
        if await self.command(CONTROL, f"/resume {where}") is not None:
            stop.lifted_at = self._clockwork.truth()
            self._clockwork.nudge()

    async def _post(self) -> None:
        room, post = self._rng.choice(self._town.rooms), self._rng.choice(self._posts)
        spoken = self._town.say(OWNER, CONTROL, f"/post {post.slug} {room.topic}", Label.COMMAND)
        self.ordered.append((spoken.at, room.room_id))
        self._clockwork.nudge()

    async def _ask(self) -> None:
        await self.command(CONTROL, self._rng.choice(("/status", "/rooms", "/unknown")))
