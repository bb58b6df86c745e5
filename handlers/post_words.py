"""Reads the words of /post: content or typed text, then kind, rooms, time and override in any order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.errors import NotAllowedError, SpeakerError, UsageError
from bot.core.operator import Role
from bot.core.post import PostKind
from bot.core.room import Room
from bot.policy.command import Call
from bot.policy.text import visible
from bot.policy.when import read_time
from bot.policy.words import QUOTES
from handlers.customer_room import named_room
from handlers.labels import EVERYWHERE, KINDS

OVERRIDE = frozenset({"override", "强发"})
_TITLE = "《"
_CLOCK = re.compile(
    r"\d\s*[:：点]|\d{1,2}\s*时|^\d{1,4}[-/.月]\d|^(今|明|后)[天日晚早]$|^(这|本|下下?)?(周|星期|礼拜)[一二三四五六日天]$",
    re.ASCII,
)
"""What was meant as a time, even if it cannot be read as one."""

_BETWEEN = re.compile(r"[、,，;；]")


@dataclass(slots=True)
class PostWords:
    """What was said besides the content. `at` None is now; no rooms: the one it was said in."""

    kind: PostKind | None = None
    rooms: list[Room] = field(default_factory=list)
    at: datetime | None = None
    override: str = ""


def is_typed(call: Call) -> bool:
    """Whether the first thing after the command stood in quotes: a text, unless they were a title's 《》."""
    _name, *rest = visible(call.text).split(maxsplit=1)
    first = rest[0][:1] if rest else ""
    return first in QUOTES and first != _TITLE


def read_words(call: Call, words: Sequence[str], managed: tuple[Room, ...], zone: ZoneInfo) -> PostWords:
    """Everything after the content; `SpeakerError` for a word that is neither kind, room nor time."""
    found = PostWords()
    rest = _split_override(call, words, found)
    place = 0
    while place < len(rest):
        place += _take(call, rest, place, found, managed, zone)
    return found


def _split_override(call: Call, words: Sequence[str], found: PostWords) -> list[str]:
    """The words before the override; its reason is everything after it."""
    for place, word in enumerate(words):
        if word.lower() in OVERRIDE:
            if call.role < Role.OWNER:
                raise NotAllowedError("errors/override_owner", needed=Role.OWNER.label)
            found.override = " ".join(words[place + 1 :]).strip()
            if not found.override:
                raise SpeakerError("errors/override_reason")
            return list(words[:place])
    return list(words)


def _take(
    call: Call, words: Sequence[str], place: int, found: PostWords, managed: tuple[Room, ...], zone: ZoneInfo
) -> int:
    """Read one word, or a time of two; returns how many were read."""
    word = words[place]
    if word.lower() in KINDS:
        _once(found.kind)
        found.kind = KINDS[word.lower()]
        return 1
    if word.lower() in EVERYWHERE:
        found.rooms = [room for room in managed if room.active]
        if not found.rooms:
            raise SpeakerError("errors/which_room", rooms=[])
        return 1
    if any(word in {room.name, room.room_id} for room in managed):
        found.rooms.append(named_room(managed, call, word))
        return 1
    length, at = _time(call, words, place, zone)
    if at is not None:
        _once(found.at)
        found.at = at
        return length
    for name in filter(None, (part.strip() for part in _BETWEEN.split(word))):
        room = named_room(managed, call, name)
        if room not in found.rooms:
            found.rooms.append(room)
    return 1


def _once(before: object) -> None:
    if before is not None:
        raise UsageError("errors/usage", command="post")


def _time(call: Call, words: Sequence[str], place: int, zone: ZoneInfo) -> tuple[int, datetime | None]:
    """A time of two words ("明天 20:15"), or of one; what looks like one and cannot be read is an error."""
    word, following = words[place], words[place + 1] if place + 1 < len(words) else ""
    if following and following.lower() not in KINDS:
        for joined in (f"{word} {following}", f"{following} {word}"):
            at = _read(call, joined, zone)
            if at is not None:
                return 2, at
    at = _read(call, word, zone)
    if at is None and _CLOCK.search(word):
        raise SpeakerError("errors/time_unreadable", said=word)
    return 1, at


def _read(call: Call, said: str, zone: ZoneInfo) -> datetime | None:
    try:
        return read_time(said, call.now, zone)
    except SpeakerError as slip:
        if slip.template == "errors/time_unreadable":
            return None
        raise
