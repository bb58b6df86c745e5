"""A person as segments see them: the facts that their terms compare."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """One person's facts across all rooms; a fact that nobody asked for keeps its default.

    `rooms` are ids and names, folded for matching, as `tier` is. `silent` and `joined` are whole days since the last
    words (since they came, for who never spoke) and since they came; `birthday` are days to the next one, None for
    none on file. `words` are messages in all, `words30` those of the last 30 days; `spent` is in cents.
    """

    contact_id: str = ""
    name: str = ""
    tags: frozenset[str] = frozenset()
    rooms: frozenset[str] = frozenset()
    tier: str = ""
    silent: int = 0
    joined: int = 0
    words: int = 0
    words30: int = 0
    points: int = 0
    spent: int = 0
    orders: int = 0
    streak: int = 0
    birthday: int | None = None
    unsubscribed: bool = False
