"""How text is compared and shown: what people see as the same should match as the same."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache

import opencc

_CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
"""What ends a string or steers a terminal; tabs and line ends are none of it."""

_NO_TEXT = re.compile(rf"[{_CONTROL}\ud800-\udfff]")
INVISIBLE = re.compile(
    f"[{_CONTROL}\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
"""Control, zero-width, joining and direction-changing characters: kept in storage, ignored everywhere else."""

_CJK = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_GAP = r"[^\S\r\n\u2028\u2029]|[·・._*-]"
"""What people put between characters to trick a filter; a line end is not among it, it ends a clause."""
_INNER_SPACE = re.compile(rf"(?<=[{_CJK}])(?:{_GAP})+(?=[{_CJK}])")


def visible(text: str) -> str:
    """The text without characters that hide or reorder it: safe to show, and to read as a command."""
    return INVISIBLE.sub("", text)


def printable(text: str) -> str:
    """The text without control characters and halves of characters: what may stand in a page, byte for byte."""
    return _NO_TEXT.sub("", text)


def for_matching(text: str) -> str:
    """Full-width to half-width, traditional to simplified, lower case, nothing invisible, no gaps inside words."""
    if text.isascii():
        return visible(text).casefold()
    folded = _INNER_SPACE.sub("", _folded(_folded(text).casefold()))
    simple = str(_simplifier().convert(folded))
    # One character in the tables (薴) becomes another traditional one at first.
    return simple if simple == folded else str(_simplifier().convert(simple))


def content_hash(text: str) -> str:
    """A fingerprint that survives what platforms do to a text on its way: width, spaces, line ends."""
    return hashlib.sha256("".join(_folded(text).split()).encode(errors="surrogatepass")).hexdigest()[:32]


def _folded(text: str) -> str:
    """NFKC without invisible characters, those that NFKC makes of visible ones among them."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", INVISIBLE.sub("", text)))


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
