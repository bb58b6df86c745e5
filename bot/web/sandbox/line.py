"""A line of a conversation as the page shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from bot.policy.text import visible

_CALL = re.compile(r"(@[^@\u2005\n]{1,60}\u2005)")


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of what was said; a `call` is somebody's name after an @."""

    text: str
    call: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A link or mini program; `url` is "" unless a browser may safely go there."""

    title: str
    description: str = ""
    url: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """`look` says which of the others count: words, picture, file, link, mini, other; or note (joined, left …).

    `key` is unique on the page: "c" and a number of the chronicle, or "d" and one of the database. `names` are those
    that a note speaks of, the one who acted last.
    """

    key: str
    at: datetime
    look: str
    talker_id: str = ""
    name: str = ""
    message_id: str = ""
    pieces: tuple[Piece, ...] = ()
    label: str = ""
    card: Card | None = None
    note: str = ""
    names: tuple[str, ...] = ()
    moment: str = ""
    """How the time stands above it: "" not at all, "clock", or "day" when it is another day than before."""


def pieces(text: str, names: Iterable[str] = ()) -> tuple[Piece, ...]:
    """The words as they may be shown, with those who are called by name told apart."""
    shown = visible(text.replace("\r\n", "\n").replace("\r", "\n"))
    calls = sorted((f"@{visible(name)}" for name in names if visible(name)), key=len, reverse=True)
    pattern = re.compile("|".join([_CALL.pattern, *(f"({re.escape(call)})" for call in calls)]))
    found, end = [], 0
    for match in pattern.finditer(shown):
        found += [Piece(shown[end : match.start()]), Piece(match[0], call=True)]
        end = match.end()
    return tuple(piece for piece in [*found, Piece(shown[end:])] if piece.text)


def card(title: str, description: str, url: str) -> Card:
    """A card whose address may be followed if it is one of the web's."""
    try:
        parts = urlsplit(url)
        safe = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return Card(visible(title), visible(description))
    return Card(visible(title), visible(description), url if safe else "", (parts.hostname or "") if safe else "")
