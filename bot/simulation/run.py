"""What `qunzhu simulate` does: a town for so many days, the bot in the midst of it, and a verdict."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from loguru import logger

from bot.clock import Clock
from bot.simulation.checker import judge
from bot.simulation.loop import VirtualLoop
from bot.simulation.outcome import Outcome, digest
from bot.simulation.play import Play
from bot.simulation.process import own_tasks
from bot.simulation.story import Story
from bot.simulation.terms import Terms

Told = Callable[[timedelta], None]
"""Hears how much virtual time has passed."""


def simulate(terms: Terms, progress: Told = lambda _passed: None) -> Outcome:
    """Play it all, in a folder that is gone afterwards; `progress` hears every few virtual hours how many passed."""
    stopwatch = Clock().monotonic
    began = stopwatch()
    with (
        TemporaryDirectory(prefix="qunzhu-") as folder,
        _undisturbed(),
        asyncio.Runner(loop_factory=VirtualLoop) as runner,
    ):
        runner.get_loop().set_task_factory(own_tasks)  # type: ignore[arg-type]  # the stubs know only its older form
        story = runner.run(_play(terms, Path(folder), progress))
    verdict = judge(story)
    return Outcome(terms, verdict, digest(story.sent), len(story.spoken), stopwatch() - began)


async def _play(terms: Terms, folder: Path, progress: Told) -> Story:
    return await Play(terms, folder).run(progress)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without logging, which nobody would read, and without collecting what was built before."""
    logger.disable("bot")
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        logger.enable("bot")
