"""How a simulation is told on the terminal: a progress bar while it runs, and the verdict in a few lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot.simulation.outcome import Outcome
from bot.simulation.run import Told
from bot.simulation.terms import Terms

DAY = timedelta(days=1)
MOST = 40
"""More broken promises than this are counted, not listed."""


@contextmanager
def progress_bar(terms: Terms) -> Iterator[Told]:
    """A bar of days on standard error, on a terminal only."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:.0f}/{task.total:.0f} days"))
    bar = Progress(*columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal)
    with bar:
        task = bar.add_task(f"{terms.rooms} rooms", total=terms.days)
        yield lambda passed: bar.update(task, completed=passed / DAY)


def write(outcome: Outcome, out: TextIO = sys.stdout, *, as_json: bool) -> None:
    """The verdict, for a program or for people."""
    if as_json:
        json.dump(outcome.as_json(), out, ensure_ascii=False, indent=2)
        out.write("\n")
        return
    out.writelines(f"{line}\n" for line in _lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    terms, found = outcome.terms, outcome.judgement
    total = sum(found.posts.values())
    yield (
        f"{terms.rooms} rooms, {terms.days} days from {terms.first_day}, seed {terms.seed}: "
        f"{outcome.messages} messages, {total} posts, {outcome.seconds:.1f} s"
    )
    yield f"posts      {', '.join(f'{kind} {count}' for kind, count in found.posts.items())}"
    yield f"mix        at most {found.max_mix_deviation:.3f} of a post from its share"
    yield f"windows    {found.count('window', 'last_start')} posts outside"
    yield f"caps       {found.count('promo')} promotions too many"
    yield f"deliveries {found.count('duplicate')} duplicates, {found.count('ambiguous')} uncertain and not shown"
    yield f"messages   {found.count('lost')} lost"
    yield f"digest     {outcome.digest}"
    yield f"broken     {len(found.breaches)} promises" if found.breaches else "every promise was kept"
    for breach in found.breaches[:MOST]:
        yield f"  {breach.at:%Y-%m-%d %H:%M:%S}Z {breach.promise} {breach.room}: {breach.detail}"
    if len(found.breaches) > MOST:
        yield f"  and {len(found.breaches) - MOST} more"
