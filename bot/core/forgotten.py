"""Who asked to be forgotten: known only by a salted digest of their id."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The digests, and the salt they were made with; whoever has only the database cannot list the ids."""

    salt: str = ""
    digests: frozenset[str] = frozenset()

    def __contains__(self, contact_id: str) -> bool:
        return bool(self.digests) and digest(self.salt, contact_id) in self.digests


def digest(salt: str, contact_id: str) -> str:
    """What is kept of an id."""
    return hashlib.sha256(f"{salt}\x1f{contact_id}".encode()).hexdigest()
