"""Tells a piece of a page why it was refused: its body is not shown, so the words come in a header."""

from __future__ import annotations

from urllib.parse import quote

SAID = "x-qunzhu-said"


def aloud(words: str) -> dict[str, str]:
    """The header that page.js shows; percent-encoded, for headers are ASCII."""
    return {SAID: quote(words)}
