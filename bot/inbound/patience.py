"""How long words may have waited and still be answered."""

from __future__ import annotations

from bot.clock import Clock
from bot.core.events import MessageReceived


class Patience:
    """Real seconds, on a virtual clock too: behind a gateway people wait in their own time."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock, self._seconds = clock, seconds

    def exceeded_by(self, message: MessageReceived) -> bool:
        """By its age on arrival, or, replayed or picked up after a crash, by its place in time."""
        waited = (self._clock() - message.sent_at).total_seconds() / self._clock.speed
        return max(message.age.total_seconds(), waited) > self._seconds
