"""Says how an import goes and how it went."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from bot.importing.journal import Journal
from bot.importing.tally import Tally


def say(line: str) -> None:
    """One line on standard output."""
    sys.stdout.write(f"{line}\n")


@contextmanager
def progress(kind: str) -> Iterator[Callable[[Tally], None]]:
    """Shown on a terminal only, and on stderr; what goes into a file on standard output stays there."""
    console, parts = Console(stderr=True), (SpinnerColumn(), TextColumn("{task.description}"))
    quiet, ours = not console.is_terminal, sys.stdout.isatty()
    with Progress(*parts, console=console, disable=quiet, redirect_stdout=ours, transient=True) as bar:
        task = bar.add_task(kind)
        yield lambda tally: bar.update(task, description=f"{kind}: {tally.rows:,} rows, {tally.refused:,} refused")


def tell(file: Path, tally: Tally, journal: Journal, *, dry_run: bool) -> None:
    """The figures, each kind of row on a line of its own, those there are none of left out."""
    news = f"{tally.new:,} new, {tally.changed:,} changed, {tally.same:,} same, {tally.refused:,} refused"
    say(f"{file}: {tally.rows:,} rows: {news}")
    if tally.void:
        counted = f"; {tally.taken_out:,} of them counted before, and do so no more" if tally.taken_out else ""
        say(f"{tally.void:,} cancelled, paid back or never paid: left out{counted}")
    if tally.strangers:
        say(f"{_people(len(tally.strangers))} known by nothing but orders, until a list or /member bind says who")
    if tally.bound:
        say(f"{_people(tally.bound)} bound: known by a member number so far, now by the id beside it")
    if tally.left_out:
        say(f"{tally.left_out:,} rows of people who asked to be forgotten: left out")
    if tally.concerned:
        say(f"{_people(len(tally.concerned))} concerned: the tiers follow")
    if journal.count:
        say(f"every fault with its line: {journal.file}")
    if dry_run:
        say("a dry run: nothing was written")


def _people(count: int) -> str:
    return f"{count:,} customer{' is' if count == 1 else 's are'}"
