"""Whether a message is meant for the bot."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from bot.core.events import MessageReceived
from bot.core.message import MessageKind
from bot.policy.text import visible

SLASHES = "/／"
_COMMAND = re.compile(rf"\s*[{SLASHES}][^\W\d_]")
_NAMED = re.compile(r"@([^@\u2005]{1,60})\u2005")
_AT = "[@＠]"
"""Whoever types the name by hand may have a full-width keyboard."""
_AFTER_NAME = r"[\u2005\s]|$"


def mentions(message: MessageReceived, self_id: str, names: Collection[str]) -> bool:
    """Whether the bot is mentioned: by id, or (most gateways send no ids) as "@name" with WeChat's U+2005.

    `names` are what the bot is called in the room: its own name and its alias there.
    """
    if self_id in message.mention_ids:
        return True
    return any(re.search(f"{_AT}{re.escape(name)}(?:{_AFTER_NAME})", message.text) for name in names if name)


def addressees(text: str) -> set[str]:
    """The names a text is addressed to, as WeChat writes them: "@name" and U+2005."""
    return set(_NAMED.findall(text)) if "@" in text else set()


def without_mentions(text: str, names: Collection[str]) -> str:
    """The words that are left when the bot's own name is taken out, the longest of its names first."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = re.sub(f"{_AT}{re.escape(name)}(?:{_AFTER_NAME})", " ", text)
    return visible(text).strip()


def is_command(text: str) -> bool:
    """Whether the message's own text begins as a command does: a slash and a letter ("/:rose" is a flower)."""
    return _COMMAND.match(visible(text)) is not None


def asks(message: MessageReceived, self_id: str, names: Collection[str], hears: Callable[[str], bool]) -> bool:
    """Whether the bot has to look at it: a command, words that it `hears`, a mention, or a private chat."""
    if message.from_self or message.kind is not MessageKind.TEXT:
        return False
    if message.room_id is None or is_command(message.text):
        return True
    return hears(visible(message.text).strip()) or mentions(message, self_id, names)
