"""Tells every subscriber what happened, in the order in which it happened."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from bot.chat.sandbox.world_event import WorldEvent

Listener = Callable[[WorldEvent], None]


class Bulletin:
    """Synchronous subscriptions; an event caused by a listener is told after the one that caused it."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._waiting: deque[WorldEvent] = deque()
        self._telling = False

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with everything that happens from now on, until the returned function is called."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def tell(self, event: WorldEvent) -> None:
        self._waiting.append(event)
        if self._telling:
            return
        self._telling = True
        try:
            while self._waiting:
                current = self._waiting.popleft()
                for listener in tuple(self._listeners):
                    listener(current)
        finally:
            self._telling = False
            self._waiting.clear()
