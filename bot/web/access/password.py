"""Operators' passwords, as argon2 hashes by contact id."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
"""Characters; below that a password is refused when its hash is made."""

_HASHER = PasswordHasher()


def hashed(password: str) -> str:
    """What config.toml keeps of a password."""
    return _HASHER.hash(password)


class Passwords:
    """Checks one at a time, off the event loop: a check takes 64 MB and some tens of milliseconds."""

    def __init__(self, stored: Mapping[str, str]) -> None:
        self._stored = dict(stored)
        self._turn = asyncio.Lock()

    @property
    def any(self) -> bool:
        """Whether anybody has one."""
        return bool(self._stored)

    async def fits(self, contact_id: str, password: str) -> bool:
        """Whether this is their password. Somebody unknown takes as long to refuse as a wrong password."""
        async with self._turn:
            return await asyncio.to_thread(self._fits, contact_id, password)

    def _fits(self, contact_id: str, password: str) -> bool:
        known = self._stored.get(contact_id)
        # Somebody else's hash takes as long as one's own: it was made in the same way.
        compared = known or next(iter(self._stored.values()), "")
        try:
            _HASHER.verify(compared, password.encode(errors="replace"))
        except (VerificationError, InvalidHashError):
            return False
        return known is not None
