"""A newcomer's first days: which room hears a word for which of them, at most one a room and day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

GRACE = 2
"""A word that found no room on its own day may come so many days later; then it is too late for it."""


@dataclass(frozen=True, slots=True)
class Settling:
    """Somebody in their first days in a room, since the local day they came."""

    contact_id: str
    came_on: date


def content_of(step: int) -> str:
    """The post of the library for that day after joining."""
    return f"care/first-day-{step}"


def step_for(person: Settling, today: date, steps: Iterable[int], had: Collection[int]) -> int | None:
    """The day's word that is next for them, None for none today. `had` are those they have had."""
    here = (today - person.came_on).days
    return next((step for step in sorted(steps) if step not in had and step <= here <= step + GRACE), None)


def choose(due: Sequence[tuple[int, Settling]], today: date) -> tuple[int, Sequence[Settling]] | None:
    """The word that a room hears today, and for whom: the one that somebody waits for longest, then most people."""
    groups: dict[int, list[Settling]] = {}
    for step, person in due:
        groups.setdefault(step, []).append(person)

    def urgency(step: int) -> tuple[int, int, int]:
        waited = max((today - person.came_on).days - step for person in groups[step])
        return (-waited, -len(groups[step]), step)

    first = min(groups, key=urgency, default=None)
    return None if first is None else (first, groups[first])
