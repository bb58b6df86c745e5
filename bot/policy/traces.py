"""The words by which a person could still be found in what others wrote, and how they are struck out."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.policy.text import visible

STRUCK = "•••"
SHORTEST = 2
SHOWN = 24
"""Longer names are shown cut off at so many characters."""

_WORD = "A-Za-z0-9"
_AFTER_NAME = r"(?=[\u2005\s]|$)"
_MENTION = re.compile("@([^@\u2005\n]{1,60})\u2005")


@dataclass(frozen=True, slots=True)
class Traces:
    """A contact id and every name of that person.

    Names of two characters and more are struck wherever they stand, shorter ones only where they are mentioned
    with "@". What is written in Latin letters is struck as a whole word: Li is no part of Life.
    """

    contact_id: str
    names: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """What a search has to look for; the longest first."""
        found = {self.contact_id, *(name if len(name) >= SHORTEST else f"@{name}" for name in self.names)}
        return tuple(sorted(found, key=lambda word: (-len(word), word)))

    def strike(self, text: str, by: str = STRUCK) -> str:
        """The text without them."""
        return _pattern(self).sub(lambda found: f"@{by}" if found[0].startswith("@") else by, text)

    def strike_in(self, value: Any) -> Any:
        """A value as JSON knows them without them, in keys too; the bare id falls out of lists."""
        match value:
            case str():
                return self.strike(value)
            case dict():
                return {self.strike(str(key)): self.strike_in(held) for key, held in value.items()}
            case list() | tuple():
                return [self.strike_in(held) for held in value if held != self.contact_id]
            case _:
                return value

    def forms(self) -> tuple[bytes, ...]:
        """How the words may stand in a file: as they are, and as JSON escapes them."""
        plain = {word.encode(errors="replace") for word in self.words}
        return tuple(sorted(plain | {escaped(word).encode() for word in self.words}))

    def called(self, names: Iterable[str]) -> Traces:
        """The same person with more names, each also as it is shown."""
        found = {*self.names}
        for name in names:
            shown = " ".join(visible(name).split())
            found |= {name.strip(), visible(name).strip(), shown, shown[:SHOWN]}
        return Traces(self.contact_id, tuple(sorted(found - {""})))

    def without(self, common: Collection[str]) -> Traces:
        """The same without names that are other people's too, or the house's own words: they point at nobody."""
        folded = {word.casefold() for word in common}
        return Traces(self.contact_id, tuple(name for name in self.names if name.casefold() not in folded))


def mentioned_as(text: str) -> str:
    """What the only person that a text mentions with "@" is called there; "" where there are none or several."""
    found = _MENTION.findall(text)
    return str(found[0]).strip() if len(found) == 1 else ""


def escaped(word: str) -> str:
    """A word as it stands inside a JSON string."""
    return json.dumps(word)[1:-1]


@lru_cache(maxsize=4)
def _pattern(traces: Traces) -> re.Pattern[str]:
    names = sorted(traces.names, key=len, reverse=True)
    long = [_whole(name) for name in names if len(name) >= SHORTEST]
    short = [f"@{re.escape(name)}{_AFTER_NAME}" for name in names if len(name) < SHORTEST]
    either = "|".join((_whole(traces.contact_id), *(f"(?i:{part})" for part in (*long, *short))))
    return re.compile(either)


def _whole(word: str) -> str:
    before = rf"(?<![{_WORD}])" if re.match(f"[{_WORD}]", word) else ""
    after = rf"(?![{_WORD}])" if re.search(f"[{_WORD}]$", word) else ""
    return f"{before}{re.escape(word)}{after}"
