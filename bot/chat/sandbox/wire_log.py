"""What the gateway accepted for sending: the judge in fault tests."""

from __future__ import annotations

from typing import NamedTuple


class WireSend(NamedTuple):
    """One accepted send. `label` is the text, the file's name or the card's title; a dropped one never arrived."""

    conversation_id: str
    kind: int
    label: str
    message_id: str
    dropped: bool
