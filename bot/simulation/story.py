"""What happened in a simulated town: all that the judge is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.post import Post
from bot.simulation.gateway import Sent
from bot.simulation.shelf import mark_of
from bot.simulation.town_room import TownRoom

Span = tuple[datetime, datetime]
"""From, until; aware UTC, half-open."""


class Label(StrEnum):
    """What somebody meant by what they said: the town's own word for it."""

    TALK = "talk"
    REPLY = "reply"
    COMMAND = "command"
    VALUE = "value"
    INTERACTIVE = "interactive"
    PROMO = "promo"

    @property
    def is_post(self) -> bool:
        return self in {Label.VALUE, Label.INTERACTIVE, Label.PROMO}


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something a person said, truly at `at`."""

    at: datetime
    room_id: str
    talker_id: str
    label: Label
    message_id: str


@dataclass(slots=True)
class Stop:
    """A pause that an operator commanded, and saw answered. `room_id` is "" for every room.

    Nothing may go out before `until`, when it was taken back; whether the bot then knew at once is another matter:
    `lifted_at` is when it had answered, None if it never did.
    """

    room_id: str
    promo_only: bool
    since: datetime
    until: datetime
    lifted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A delivery as the bot itself lists it in the end; `dispatched_at` by the bot's own clock."""

    room_id: str
    content: str
    state: str
    dispatched_at: datetime | None


@dataclass(frozen=True, slots=True)
class Story:
    """`delivered` says when a connected bot was told a message; `deaf` when nobody was within hearing.

    `ordered` says when a post was commanded, and for which room. `control` is the room in which the bot quotes posts
    to its operators; `frozen` are the times in which a clock that was set wrong excuses silence. `kept` are the ids
    of the messages that the bot can export, `known` its deliveries.
    """

    begin: datetime
    end: datetime
    rooms: Sequence[TownRoom]
    library: Mapping[str, Post]
    sent: Sequence[Sent]
    spoken: Sequence[Spoken] = ()
    delivered: Mapping[str, datetime] = field(default_factory=dict)
    stops: Sequence[Stop] = ()
    ordered: Sequence[tuple[datetime, str]] = ()
    deaf: Sequence[Span] = ()
    frozen: Sequence[Span] = ()
    control: str = ""
    kept: frozenset[str] = frozenset()
    known: Sequence[Known] = ()
    quiet: frozenset[str] = frozenset({"清明节"})

    def slug_of(self, sent: Sent) -> str:
        """Which post this was, "" if none; what is shown to operators is no post."""
        return "" if sent.conversation_id == self.control else mark_of(sent.text)
