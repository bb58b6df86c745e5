"""The number of something, as people type it: 12, #12 or ＃１２."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[#＃]?(\d{1,9})")


def number_in(said: str) -> int | None:
    """The number; None for anything else, and for one with more digits than any list comes to."""
    found = _NUMBER.fullmatch(said)
    return int(found[1]) if found else None
