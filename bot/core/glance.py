"""A room at a glance: what the overview shows of each of many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.core.delivery import Delivery
from bot.core.posted import Posted


@dataclass(frozen=True, slots=True)
class Glance:
    """`posts` are the newest ones that count, oldest first; `waiting` what is planned or held, earliest first.

    `unresolved` is how many posts nobody can account for, `people` how many are in the room, `words` how many
    messages were said there on each local day.
    """

    posts: tuple[Posted, ...] = ()
    waiting: tuple[Delivery, ...] = ()
    unresolved: int = 0
    people: int = 0
    words: Mapping[date, int] = field(default_factory=dict)
