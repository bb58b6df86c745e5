"""Files that a command answered with, until the page that gave it fetches them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.core.message import File
from bot.web.access.session import Session

KEPT_FOR = timedelta(minutes=10)
MOST = 20
"""So many wait at once; the oldest goes when another comes."""


class Parcels:
    """Each is for one session, and is given out once. `now` is real time."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._waiting: dict[str, tuple[Session, File, datetime]] = {}

    def put(self, session: Session, file: File) -> str:
        """Keep it for a while; returns the key it is fetched with."""
        self._sweep()
        key = secrets.token_urlsafe(16)
        self._waiting[key] = (session, file, self._now() + KEPT_FOR)
        while len(self._waiting) > MOST:
            del self._waiting[next(iter(self._waiting))]
        return key

    def take(self, session: Session, key: str) -> File | None:
        """The file, for whom it is; None once it was fetched, or was not for a while, and for everybody else."""
        self._sweep()
        if key not in self._waiting or self._waiting[key][0] != session:
            return None
        return self._waiting.pop(key)[1]

    def clear(self) -> None:
        """Let go of all: somebody is forgotten, and any of them may tell of that person."""
        self._waiting.clear()

    def _sweep(self) -> None:
        now = self._now()
        self._waiting = {key: kept for key, kept in self._waiting.items() if now < kept[2]}
