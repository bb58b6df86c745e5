"""What had to be counted over everybody is kept for a while: the longer, the more work it was."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from bot.clock import Clock

T = TypeVar("T")

TIMES = 200
"""An answer is kept so many times as long as finding it took: however often it is asked for, that is half a percent."""

LONGEST = 60.0
"""No answer is kept for more seconds, of the machine's time or the bot's."""

MOST = 16
"""So many answers are kept at once; some are the ids of everybody."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What was found, and when, in the bot's time; `again` when it had been kept."""

    value: T
    at: datetime
    again: bool


@dataclass(frozen=True, slots=True)
class _Found:
    value: Any
    at: datetime
    mark: int
    until: float


class Kept:
    """Answers by their questions. In a small house none is old enough to be noticed; in a large one each says its age.

    One question is looked into at a time: whoever asks the same meanwhile waits for its answer.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._found: dict[Hashable, _Found] = {}
        self._finding = asyncio.Lock()

    async def ask(self, question: Hashable, mark: int, find: Callable[[], Awaitable[T]]) -> Answer[T]:
        """The answer, kept or found. `mark` is the newest command: what was found before it is not used any more."""
        kept = self._fresh(question, mark)
        if kept is not None:
            return Answer(kept.value, kept.at, again=True)
        async with self._finding:
            kept = self._fresh(question, mark)
            found = kept or await self._find(question, mark, find)
        return Answer(found.value, found.at, again=kept is not None)

    async def _find(self, question: Hashable, mark: int, find: Callable[[], Awaitable[Any]]) -> _Found:
        at, began = self._clock(), self._clock.monotonic()
        value = await find()
        ended = self._clock.monotonic()
        found = _Found(value, at, mark, ended + min(TIMES * (ended - began), LONGEST))
        self._found = {key: old for key, old in self._found.items() if old.until > ended and key != question}
        while len(self._found) >= MOST:
            del self._found[next(iter(self._found))]
        self._found[question] = found
        return found

    def _fresh(self, question: Hashable, mark: int) -> _Found | None:
        found = self._found.get(question)
        if found is None or found.mark != mark or found.until <= self._clock.monotonic():
            return None
        return found if abs(self._clock() - found.at) < timedelta(seconds=LONGEST) else None
