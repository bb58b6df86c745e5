"""A message as it stands on the platform: its kinds and what hangs on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class MessageKind(IntEnum):
    """What a message is. The numbers are wechaty-puppet's own, as they travel on the wire.

    Source: `wechaty-puppet/src/schemas/message.ts`. The Python packages number them differently.
    """

    UNKNOWN = 0
    ATTACHMENT = 1
    AUDIO = 2
    CONTACT = 3
    CHAT_HISTORY = 4
    EMOTICON = 5
    IMAGE = 6
    TEXT = 7
    LOCATION = 8
    MINI_PROGRAM = 9
    GROUP_NOTE = 10
    TRANSFER = 11
    RED_ENVELOPE = 12
    RECALLED = 13
    LINK = 14
    VIDEO = 15
    POST = 16

    @classmethod
    def _missing_(cls, value: object) -> MessageKind:
        """A number that a newer gateway invented is UNKNOWN; the raw number is stored beside it."""
        return cls.UNKNOWN

    @property
    def has_file(self) -> bool:
        """Whether the gateway can hand out bytes for it."""
        return self in _WITH_FILE

    @property
    def is_words(self) -> bool:
        """Whether somebody said it: the platform's notes, and that something was taken back, are no words."""
        return self not in _NO_WORDS


_NO_WORDS = frozenset({MessageKind.GROUP_NOTE, MessageKind.RECALLED})
_WITH_FILE = frozenset({MessageKind.ATTACHMENT, MessageKind.AUDIO, MessageKind.IMAGE, MessageKind.VIDEO})


@dataclass(frozen=True, slots=True)
class File:
    """Bytes with a name, in or out."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Link:
    """A link card."""

    url: str
    title: str
    description: str = ""
    thumbnail_url: str = ""


@dataclass(frozen=True, slots=True)
class MiniProgram:
    """A mini-program card, with wechaty-puppet's field names in snake case."""

    appid: str
    title: str
    page_path: str = ""
    description: str = ""
    icon_url: str = ""
    thumb_url: str = ""
    username: str = ""
    thumb_key: str = ""
    share_id: str = ""
