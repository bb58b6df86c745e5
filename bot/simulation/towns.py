"""A large simulation is several towns, each with an account and a process of its own, as a fleet would be run."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from multiprocessing.queues import SimpleQueue
from threading import Thread

from bot.clock import Clock
from bot.config import Config
from bot.simulation.checker import Judgement
from bot.simulation.outcome import Outcome
from bot.simulation.run import Told, simulate
from bot.simulation.terms import Terms

ROOMS = 50
"""So many rooms are one account's at most: more than one account can serve in an evening at the usual pace."""

Heard = SimpleQueue[tuple[int, timedelta] | None]
_told: list[Heard] = []
"""Where a town's process tells how far it has come; filled once in each process."""


def simulate_towns(terms: Terms, progress: Told = lambda _passed: None) -> Outcome:
    """Play every town and put the verdicts together; the same terms give the same digest on any number of cores."""
    parts = split(terms)
    if len(parts) == 1:
        return simulate(terms, progress)
    stopwatch = Clock().monotonic
    began = stopwatch()
    context = multiprocessing.get_context("spawn")
    heard: Heard = context.SimpleQueue()
    follower = Thread(target=_follow, args=(heard, len(parts), progress))
    follower.start()
    try:
        workers = min(len(parts), os.cpu_count() or 1)
        with ProcessPoolExecutor(workers, mp_context=context, initializer=_tell, initargs=(heard,)) as pool:
            outcomes = list(pool.map(_play, parts))
    finally:
        heard.put(None)
        follower.join()
    return replace(_together(terms, outcomes), seconds=stopwatch() - began)


def split(terms: Terms) -> tuple[Terms, ...]:
    """The towns, of nearly the same size; the first days are the same, everything else is each town's own.

    The settings become a plain `Config`: the class that has read a file cannot travel to another process.
    """
    count = -(-terms.rooms // ROOMS)
    texts = Config.model_construct(**{name: getattr(terms.texts, name) for name in Config.model_fields})
    sizes = (terms.rooms // count + (place < terms.rooms % count) for place in range(count))
    return tuple(replace(terms, rooms=size, town=place, texts=texts) for place, size in enumerate(sizes))


def _tell(heard: Heard) -> None:
    """Begin a process: from now on it says there how far it has come."""
    _told.append(heard)


def _play(part: Terms) -> Outcome:
    """In a process of its own."""
    return simulate(part, lambda passed: _told[0].put((part.town, passed)))


def _follow(heard: Heard, count: int, progress: Told) -> None:
    """Tell of the town that is furthest behind."""
    passed = dict.fromkeys(range(count), timedelta())
    while (news := heard.get()) is not None:
        town, so_far = news
        passed[town] = so_far
        progress(min(passed.values()))


def _together(terms: Terms, outcomes: Sequence[Outcome]) -> Outcome:
    judged = [outcome.judgement for outcome in outcomes]
    breaches = chain.from_iterable(
        (replace(breach, room=f"{outcome.terms.town}/{breach.room}") for breach in outcome.judgement.breaches)
        for outcome in outcomes
    )
    verdict = Judgement(
        posts={kind: sum(found.posts[kind] for found in judged) for kind in judged[0].posts},
        max_mix_deviation=max(found.max_mix_deviation for found in judged),
        breaches=tuple(sorted(breaches, key=lambda breach: (breach.at, breach.promise, breach.room, breach.detail))),
    )
    digest = hashlib.sha256("\n".join(outcome.digest for outcome in outcomes).encode()).hexdigest()
    return Outcome(terms, verdict, digest, sum(outcome.messages for outcome in outcomes), 0.0)
