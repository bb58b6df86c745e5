"""How a handler is declared: a decorator that turns a function into a value, and the call it receives."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.core.checkin import Campaign
from bot.core.operator import Role
from bot.core.reply import Recall, Reply
from bot.core.room import KnownRoom, Room
from bot.policy.charter import Charter

Answer = Reply | Recall | Sequence[Reply] | None
Hearing = Callable[[str], tuple[str, ...] | None]
"""Reads the words of a command out of a plain sentence, e.g. "生日 5-20" → ("5-20",); None when it is none."""


@dataclass(frozen=True, slots=True)
class House:
    """What the process knows beyond the database, gathered before a handler runs; `campaigns` run in which room."""

    charter: Charter
    zone: str
    claim_code: str
    known_rooms: tuple[KnownRoom, ...]
    gateway: str
    connected: bool
    commands: tuple[Command, ...] = ()
    campaigns: Mapping[str, tuple[Campaign, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One message that asks the bot for something: who, where, when, and what the house knows.

    `room` is the managed room it was said in, None in private and in rooms nobody adopted; `room_id` is
    the room in any case, "" in private.
    """

    account_id: str
    message_id: str
    talker_id: str
    talker: str
    role: Role
    room: Room | None
    room_id: str
    text: str
    sent_at: datetime
    now: datetime
    house: House

    @property
    def conversation_id(self) -> str:
        """Where it was said, and where an answer goes: the room, or the other person."""
        return self.room_id or self.talker_id

    @property
    def private(self) -> bool:
        return not self.room_id

    @property
    def stranger(self) -> bool:
        """Whether it was said, by nobody of ours, in a room nobody adopted: nothing may be kept of it."""
        return self.room is None and not self.private and self.role is Role.MEMBER


@dataclass(frozen=True, slots=True)
class Command:
    """A declared command. `run` takes the database session, the call, and the command's own words as strings.

    `names` are what people type after the slash, the English one first; how it is explained to them stands in
    templates/replies/<locale>/commands.toml. A command with `words` is also called by a bare message that equals
    one of them; one that `hears` reads its words out of what members say without a slash, or returns None when they
    mean something else. One that works `anywhere` is heard even from strangers in rooms nobody adopted. One that is
    `traceless` writes nothing about who calls it: people who asked to be forgotten may, too.
    """

    run: Callable[..., Answer]
    names: tuple[str, ...]
    role: Role
    words: tuple[str, ...] = ()
    anywhere: bool = False
    hears: Hearing | None = None
    traceless: bool = False

    @property
    def name(self) -> str:
        return self.names[0]

    def takes(self, words: Sequence[str]) -> bool:
        """Whether so many words fit its parameters."""
        try:
            inspect.signature(self.run).bind(None, None, *words)
        except TypeError:
            return False
        return True


def command(
    name: str,
    *,
    aliases: tuple[str, ...] = (),
    role: Role = Role.OPERATOR,
    words: tuple[str, ...] = (),
    anywhere: bool = False,
    hears: Hearing | None = None,
    traceless: bool = False,
) -> Callable[[Callable[..., Answer]], Command]:
    """Declare the function below as a command; the module's attribute becomes the `Command` itself."""

    def declare(run: Callable[..., Any]) -> Command:
        return Command(run, (name, *aliases), role, words, anywhere, hears, traceless)

    return declare
