"""Who has come in, for as long as the process lives."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST = 200
"""So many sessions at once; the oldest goes when another comes."""


@dataclass(frozen=True, slots=True)
class Session:
    """One browser. `contact_id` is the operator who gave a password, "" for whoever sits at the bot's own machine.

    `token` is what every form of this session carries against forgery; `until` ends it, on the real clock.
    """

    contact_id: str
    token: str
    until: datetime

    def owns(self, token: str) -> bool:
        """Whether a form came from a page of this session."""
        return hmac.compare_digest(self.token.encode(), token.encode())


class Sessions:
    """Kept by the digest of what the browser holds, so that a memory dump opens no door. `now` is real time."""

    def __init__(self, now: Callable[[], datetime], lifetime: timedelta) -> None:
        self._now, self._lifetime = now, lifetime
        self._kept: dict[str, Session] = {}

    def begin(self, contact_id: str) -> str:
        """A new session; returns what the browser is to hold."""
        handle = secrets.token_urlsafe(32)
        self._kept[_digest(handle)] = Session(contact_id, secrets.token_urlsafe(32), self._now() + self._lifetime)
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        return handle

    def find(self, handle: str) -> Session | None:
        """The session of a browser, unless it has ended."""
        session = self._kept.get(_digest(handle))
        if session is not None and self._now() >= session.until:
            self.end(handle)
            return None
        return session

    def lasts(self, session: Session) -> bool:
        """Whether a session that was found once is still there."""
        return session in self._kept.values() and self._now() < session.until

    def end(self, handle: str) -> None:
        self._kept.pop(_digest(handle), None)


def _digest(handle: str) -> str:
    return hashlib.sha256(handle.encode()).hexdigest()
