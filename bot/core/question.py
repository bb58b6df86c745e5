"""Something the bot has asked a member, to which it waits for yes or no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Question:
    """`about` says which flow asked ("wish", "birthday", "forget"); `data` is what that flow needs to act on a yes."""

    id: int
    contact_id: str
    conversation_id: str
    about: str
    asked_at: datetime
    data: Mapping[str, object] = field(default_factory=dict)
