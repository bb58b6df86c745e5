"""A post as written in the library, before anybody has rendered it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path


class PostKind(StrEnum):
    """The kinds of the mix, and care outside it."""

    VALUE = "value"
    INTERACTIVE = "interactive"
    PROMO = "promo"
    CARE = "care"


MIX = (PostKind.VALUE, PostKind.INTERACTIVE, PostKind.PROMO)
"""The kinds that share a room's evenings by weight; care is outside."""


@dataclass(frozen=True, slots=True)
class Post:
    """One Markdown file of the library. `slug` is its path below the library without ending, e.g. "value/eczema".

    `body` is Jinja source; it starts at line `body_line` of `path`. `media` is a file beside the library root.
    `weight`, 1 to 10, says how readily the post is chosen. The parts of a `series`, `part` 1, 2, …, go out in a room
    in order. A `festival` post goes out only on that festival's day, or `days_before` it.
    """

    slug: str
    kind: PostKind
    title: str
    body: str
    path: Path
    body_line: int
    tags: tuple[str, ...] = ()
    audience: str = "all"
    cooldown_days: int = 60
    valid_from: date | None = None
    valid_to: date | None = None
    media: Path | None = None
    weight: int = 1
    series: str = ""
    part: int = 0
    festival: str = ""
    days_before: int = 0

    def valid_on(self, day: date) -> bool:
        """Whether the post may go out on that local day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)
