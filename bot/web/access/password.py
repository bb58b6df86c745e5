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


def readable(stored: str) -> bool:
    """Whether this is a hash at all."""
    try:
        _HASHER.check_needs_rehash(stored)
    except InvalidHashError:
        return False
    return True


class Passwords:
    """Checks one at a time, off the event loop: a check takes 64 MB and some tens of milliseconds."""

    def __init__(self, stored: Mapping[str, str]) -> None:
        self._stored = dict(stored)
        self._turn = asyncio.Lock()
        self._nobody = ""

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
        self._nobody = self._nobody or hashed("nobody")
        try:
            _HASHER.verify(known or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return known is not None
