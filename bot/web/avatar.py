"""What stands for a person or a room without a picture: a character, and one of a few colours."""

from __future__ import annotations

from dataclasses import dataclass

from bot.policy.text import visible

COLOURS = 8


@dataclass(frozen=True, slots=True)
class Avatar:
    """`colour` is a number from 0 to COLOURS − 1; the stylesheet knows what it looks like."""

    letter: str
    colour: int


def of(key: str, name: str) -> Avatar:
    """The same person always looks the same: the colour follows from the id, the character from the name."""
    letters = "".join(character for character in visible(name) if character.isalnum())
    letter = letters[-1:] if letters[:1] > "\u2e7f" else letters[:1].upper()
    return Avatar(letter or "·", sum(map(ord, key)) % COLOURS)
