"""Reads how far ahead somebody wants to look, and in which room: 猫咪 7, 7天 猫咪."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.errors import SpeakerError, UsageError

_DAYS = re.compile(r"([0-9]{1,4})(天|日|d|days?)?")


def read_days(words: Sequence[str], command: str, *, usual: int, most: int) -> tuple[int, str]:
    """The days, `usual` if none are said, and the room's name, "" for none; in either order."""
    days, names = usual, []
    for word in words:
        number = _DAYS.fullmatch(word)
        if number is None:
            names.append(word)
        elif 1 <= int(number[1]) <= most:
            days = int(number[1])
        else:
            raise SpeakerError(f"errors/{command}_days", said=word, most=most)
    if len(names) > 1:
        raise UsageError("errors/usage", command=command)
    return days, names[0] if names else ""
