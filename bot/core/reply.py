"""What a handler returns: the name of a template, its data, and whom it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.message import File
from bot.core.post import Post


class Audience(StrEnum):
    """Whom a reply is for.

    ASKER is the conversation the question came from, except that an operator who commands in a customer
    room is answered in the control room, or privately where there is none.
    """

    ASKER = "asker"
    ROOM = "room"
    CONTROL = "control"


@dataclass(frozen=True, slots=True)
class Reply:
    """`template` names a file under templates/replies/<locale>/; `room_id` says which room when `to` is ROOM.

    `file` goes out after the words. One that `asks` waits for the asker's yes or no. One that `refreshes` says that
    what the process knows by heart has changed.
    """

    template: str
    data: Mapping[str, object] = field(default_factory=dict)
    to: Audience = Audience.ASKER
    room_id: str = ""
    mention: bool = False
    file: File | None = None
    asks: bool = False
    refreshes: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A post inside a reply's data, shown with `{{ … | composed }}` as it would be said."""

    post: Post
    variables: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Recall:
    """What a handler asks for instead of a reply: take one sent post back. The answer is told when it is known."""

    delivery_id: int
    message_id: str
    room: str
