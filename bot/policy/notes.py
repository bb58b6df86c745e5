"""What is noticed about a member's message before it is written down; a pure reading of its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.policy.punching import Claim


@dataclass(frozen=True, slots=True)
class Wished:
    """A wish somebody states: `wish` is its normalised key, `said` how it is told ("不要香菜")."""

    wish: str
    said: str


@dataclass(frozen=True, slots=True)
class Notes:
    """`day` is the room's local day of the message; `punches` the campaigns to which it may be a check-in."""

    day: date
    wishes: tuple[Wished, ...] = ()
    punches: tuple[Claim, ...] = ()
