"""Everything the planner knows of one room: its ledger, and what already waits to go out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.checkin import Campaign
from bot.core.delivery import Delivery
from bot.core.posted import Posted
from bot.core.room import Room


@dataclass(frozen=True, slots=True)
class Outlook:
    """`history` is the room's ledger of posts (no replies), oldest first, at most the newest 1,000.

    `waiting` are its planned and held deliveries, earliest first. `taken` are the daily plan's slots, as
    (local date, number), that have a row already, whatever became of it, from yesterday on. `campaigns` are the
    check-ins that run there. `shares` says of each audience that speaks of members which part of those present
    satisfies it.
    """

    room: Room
    history: tuple[Posted, ...] = ()
    waiting: tuple[Delivery, ...] = ()
    taken: frozenset[tuple[str, int]] = frozenset()
    campaigns: tuple[Campaign, ...] = ()
    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def last_posted(self) -> Mapping[str, datetime]:
        """When each content was last posted here."""
        return {entry.content: entry.at for entry in self.history if entry.content}
