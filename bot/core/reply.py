"""What a handler returns: the name of a template, its data, and whom it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
    """`template` names a file under templates/replies/<locale>/; `room_id` says which room when `to` is ROOM."""

    template: str
    data: Mapping[str, object] = field(default_factory=dict)
    to: Audience = Audience.ASKER
    room_id: str = ""
    mention: bool = False
