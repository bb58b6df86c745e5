"""Recognises the platform's own words for "you speak too fast"."""

from __future__ import annotations

import re

from bot.core.message import MessageKind

_SIGNS = re.compile(r"操作(?:太|过于)频繁|发送(?:太|过于)频繁|\b20001\b")
"""What WeChat writes into the room, and the puppet services' error number for it."""


def too_fast(said: str) -> bool:
    """Whether an error of the gateway says so."""
    return _SIGNS.search(said) is not None


def warned(text: str, kind: MessageKind, *, from_self: bool, from_nobody: bool) -> bool:
    """Whether a message is the platform's warning: it comes from the system, never from a member who types it."""
    system = from_nobody or kind in {MessageKind.GROUP_NOTE, MessageKind.UNKNOWN}
    return (system or (from_self and len(text) < 40)) and too_fast(text)
