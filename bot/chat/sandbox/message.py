"""A message as the sandbox's world keeps it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath

from bot.core.message import Link, MessageKind, MiniProgram

_KIND_OF_SUFFIX = {
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"), MessageKind.IMAGE),
    **dict.fromkeys((".mp4", ".mov"), MessageKind.VIDEO),
    **dict.fromkeys((".sil", ".silk", ".mp3", ".amr"), MessageKind.AUDIO),
}


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file in a message: its bytes, or only the address where they lie; `gone` once they are forgotten."""

    name: str
    data: bytes = b""
    url: str = ""
    gone: bool = False

    @property
    def kind(self) -> MessageKind:
        """What WeChat makes of a file with such a name."""
        return _KIND_OF_SUFFIX.get(PurePath(self.name).suffix.lower(), MessageKind.ATTACHMENT)


@dataclass(frozen=True, slots=True)
class Content:
    """What somebody says: its kind is wechaty-puppet's number, possibly one that we do not know."""

    kind: int
    text: str = ""
    mention_ids: tuple[str, ...] = ()
    file: FileContent | None = None
    link: Link | None = None
    card: MiniProgram | None = None

    @property
    def label(self) -> str:
        """What a person or a log would call it: the text, the file's name or the card's title."""
        if self.file is not None:
            return self.file.name
        if self.link is not None:
            return self.link.title
        return self.card.title if self.card is not None else self.text


@dataclass(frozen=True, slots=True)
class Message:
    """A content that was said; in a private chat `room_id` is None and `listener_id` the other side."""

    id: str
    talker_id: str
    room_id: str | None
    listener_id: str
    content: Content
    stamp_ms: int

    @property
    def conversation_id(self) -> str:
        """The room, or the listener of a private chat."""
        return self.room_id if self.room_id is not None else self.listener_id

    @property
    def without_file(self) -> Message:
        """The same, of whose file nothing but the name is left."""
        file = self.content.file
        if file is None or not file.data:
            return self
        return replace(self, content=replace(self.content, file=replace(file, data=b"", gone=True)))
