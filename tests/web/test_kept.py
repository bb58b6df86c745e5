"""Answers that are kept: for how long, until which command, and how many."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.clock import Clock
from bot.web import kept
from bot.web.kept import Kept
from tests.scenarios.stage import evening


class Counting:
    """Counts how often it is asked; each time takes so many seconds of the machine's time."""

    def __init__(self, seconds: float = 0.1) -> None:
        self.seconds, self.times, self.beat = seconds, 0, 1000.0
        self.clock = Clock(evening("19:00:00"), 1.0, monotonic=lambda: self.beat)
        self.clock.stand()
        self.kept = Kept(self.clock)

    async def ask(self, question: str = "who", mark: int = 7) -> tuple[int, bool]:
        answer = await self.kept.ask(question, mark, self._find)
        return answer.value, answer.again

    async def _find(self) -> int:
        self.times += 1
        self.beat += self.seconds
        return self.times


@pytest.mark.parametrize(("seconds", "kept_for"), [(0.001, 0.2), (0.1, 20), (1, 60), (30, 60)])
async def test_an_answer_is_kept_the_longer_the_more_work_it_was(seconds: float, kept_for: float) -> None:
    counting = Counting(seconds)
    assert await counting.ask() == (1, False)
    counting.beat += kept_for * 0.9
    assert await counting.ask() == (1, True)
    counting.beat += kept_for * 0.2
    assert await counting.ask() == (2, False)


async def test_an_answer_says_when_it_was_found() -> None:
    counting = Counting(1)
    found = await counting.kept.ask("who", 7, counting._find)
    counting.clock.jump(counting.clock() + timedelta(seconds=20))
    again = await counting.kept.ask("who", 7, counting._find)
    assert (again.at, again.again) == (found.at, True)
    assert again.at == evening("19:00:00")


def _command(counting: Counting) -> int:
    return 8


def _tomorrow(counting: Counting) -> int:
    counting.clock.jump(counting.clock() + timedelta(days=1))
    return 7


def _yesterday(counting: Counting) -> int:
    counting.clock.jump(counting.clock() - timedelta(days=1))
    return 7


@pytest.mark.parametrize("change", [_command, _tomorrow, _yesterday])
async def test_it_is_found_anew_after_a_command_and_when_the_bots_time_has_moved(
    change: Callable[[Counting], int],
) -> None:
    counting = Counting(1)
    await counting.ask()
    mark = change(counting)
    assert await counting.ask(mark=mark) == (2, False)


async def test_each_question_has_its_own_answer() -> None:
    counting = Counting()
    assert [await counting.ask("a"), await counting.ask("b"), await counting.ask("a")] == [
        (1, False),
        (2, False),
        (1, True),
    ]


async def test_what_fails_is_not_kept() -> None:
    counting = Counting()

    async def fail() -> int:
        raise ValueError("a slip")

    with pytest.raises(ValueError, match="a slip"):
        await counting.kept.ask("who", 7, fail)
    assert await counting.ask() == (1, False)


async def test_who_asks_the_same_meanwhile_waits_for_the_answer() -> None:
    counting = Counting()
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> int:
        begun.set()
        await go_on.wait()
        return await counting._find()

    first = asyncio.create_task(counting.kept.ask("who", 7, slowly))
    await begun.wait()
    second = asyncio.create_task(counting.kept.ask("who", 7, slowly))
    go_on.set()
    answers = await asyncio.gather(first, second)
    assert [(answer.value, answer.again) for answer in answers] == [(1, False), (1, True)]


async def test_the_oldest_makes_room() -> None:
    counting = Counting(0.01)
    for number in range(kept.MOST + 1):
        await counting.ask(str(number))
    assert (await counting.ask("1"))[1]
    assert not (await counting.ask("0"))[1]
