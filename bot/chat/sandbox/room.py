"""A group chat in the sandbox's world."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Seat:
    """One member's place in a room: the alias they chose there, and who brought them in."""

    alias: str = ""
    inviter_id: str = ""


@dataclass(slots=True)
class Room:
    """A group chat; `seats` keeps its members in the order they came."""

    id: str
    topic: str
    owner_id: str
    seats: dict[str, Seat] = field(default_factory=dict)
    announcement: str = ""

    @property
    def member_ids(self) -> tuple[str, ...]:
        """The members, first comer first."""
        return tuple(self.seats)
