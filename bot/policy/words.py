"""Splits a command into words as people type them: Chinese or ASCII quotes, punctuation and spaces."""

from __future__ import annotations

from bot.core.errors import UsageError
from bot.policy.mention import SLASHES
from bot.policy.text import visible

QUOTES = {'"': '"', "“": "”", "”": "”", "「": "」", "『": "』", "《": "》", "＂": "＂"}
_SPACES = frozenset(" \t\r\n\u3000\u2005\u00a0")
_TRAILING = "，,。.！!？?；;、"


def split_command(text: str) -> tuple[str, tuple[str, ...]]:
    """The command's name without its slash, in lower case, and its words.

    An apostrophe inside a word ("it's") is a letter. Inside quotes everything is kept, line ends too.
    `UsageError` when a quote is never closed.
    """
    words = _words(visible(text).strip())
    name = words[0].lstrip(SLASHES).rstrip(_TRAILING).lower() if words else ""
    return name, tuple(words[1:])


def quoted(word: str) -> str:
    """The word as it must be typed to arrive as one argument, whatever stands in it.

    One that holds every closing quote there is loses the fullwidth ones: no pair is left to put it in.
    """
    if word and word[0] not in QUOTES and not any(char.isspace() for char in word):
        return word
    for opening, closing in QUOTES.items():
        if closing not in word:
            return f"{opening}{word}{closing}"
    return f"＂{word.replace('＂', '')}＂"


def _words(text: str) -> list[str]:
    words: list[str] = []
    word: list[str] | None = None
    closing = ""
    for char in text:
        if closing:
            if char == closing:
                closing = ""
            else:
                (word := word if word is not None else []).append(char)
        elif char in _SPACES:
            if word is not None:
                words.append("".join(word))
            word = None
        elif char in QUOTES and not word:
            closing, word = QUOTES[char], []
        else:
            (word := word if word is not None else []).append(char)
    if closing:
        raise UsageError("errors/quote", quote=closing)
    if word is not None:
        words.append("".join(word))
    return words
