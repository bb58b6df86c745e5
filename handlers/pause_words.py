"""Reads the words of /pause and /resume: which room, all posts or only promotion, until when, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.errors import SpeakerError
from bot.core.pause import Scope
from bot.core.room import Room
from bot.policy.command import Call
from bot.policy.when import read_until
from handlers.customer_room import customer_rooms, named_room, room_here
from handlers.labels import EVERYWHERE
from storage.store import Db

PROMO = frozenset({"promo", "推广"})
UNTIL = frozenset({"for", "until", "till", "到", "直到"})
REASON_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Words:
    """What was said: `room` None is every room; `assumed` when nobody named any and none was meant by the place."""

    room: Room | None
    assumed: bool
    scope: Scope | None
    rest: tuple[str, ...]


def read_pause(db: Db, call: Call, words: Sequence[str]) -> Words:
    """Room or all, and promo; in the control room a name that fits no room is never taken for a reason."""
    managed, here = customer_rooms(db, call), room_here(db, call)
    scope, rest = _scope(list(words))
    room, assumed = here, here is None
    if rest and rest[0].lower() in EVERYWHERE:
        room, assumed, rest = None, False, rest[1:]
    elif rest and rest[0].lower() not in UNTIL and _split_end(call, rest) is None:
        named = _named(managed, call, rest[0], needed=here is None and scope is None)
        room, assumed, rest = (named, False, rest[1:]) if named else (here, assumed, rest)
    late, rest = _scope(rest)
    return Words(room, assumed, scope or late, tuple(rest))


def read_end(call: Call, words: Sequence[str]) -> tuple[datetime | None, str]:
    """The end, and what is left as the reason."""
    rest = list(words)
    marked = bool(rest) and rest[0].lower() in UNTIL
    found = _split_end(call, rest[1:] if marked else rest)
    if marked and found is None:
        raise SpeakerError("errors/time_unreadable", said=" ".join(rest[1:]))
    until, left = found or (None, rest)
    return until, " ".join(left)[:REASON_LENGTH]


def _scope(words: list[str]) -> tuple[Scope | None, list[str]]:
    return (Scope.PROMO, words[1:]) if words and words[0].lower() in PROMO else (None, words)


def _named(managed: tuple[Room, ...], call: Call, said: str, *, needed: bool) -> Room | None:
    try:
        return named_room(managed, call, said)
    except SpeakerError:
        if needed:
            raise
        return None


def _split_end(call: Call, words: Sequence[str]) -> tuple[datetime, list[str]] | None:
    """An end of two words ("明天 20:15") or of one, and the words after it."""
    for length in (2, 1):
        until = _end(call, " ".join(words[:length])) if len(words) >= length else None
        if until is not None:
            return until, list(words[length:])
    return None


def _end(call: Call, said: str) -> datetime | None:
    """The end of a pause; a past one is the speaker's slip."""
    try:
        return read_until(said, call.now, call.house.charter.rules.hours.zone)
    except SpeakerError as slip:
        if slip.template == "errors/time_past":
            raise
        return None
