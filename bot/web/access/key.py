"""One-time keys: whoever can read the bot's terminal may open its page, once for each key."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable


class Keys:
    """At most one key is good at a time. When it has been used, a new one is made and `announce` is told."""

    def __init__(self, announce: Callable[[str], None]) -> None:
        self._announce = announce
        self._digest = ""

    @property
    def open(self) -> bool:
        """Whether there is a key at all."""
        return bool(self._digest)

    def mint(self) -> None:
        """A new key; the one before is void."""
        key = secrets.token_urlsafe(24)
        self._digest = _digest(key)
        self._announce(key)

    def use(self, key: str) -> bool:
        """Whether the key opens the door; it never does so again."""
        if not self._digest or not secrets.compare_digest(self._digest, _digest(key)):
            return False
        self.mint()
        return True


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()
