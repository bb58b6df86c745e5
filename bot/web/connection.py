"""One browser's connection, which may neither be one too many nor keep the bot waiting for ever."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from loguru import logger
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from bot.log import worth_a_line

MOST = 200
"""Connections at once; each takes a file handle that the database may need."""

LOOK_SECONDS = 15.0
PATIENCE = 4
"""So many looks in a row may find a request unfinished."""


@dataclass(slots=True)
class Door:
    """What the connections of one page share: how many more wanted in than there was room for."""

    refused: int = 0

    def refuse(self) -> None:
        """Count one more, and tell the log while that is news."""
        self.refused += 1
        if worth_a_line(self.refused):
            line = logger.bind(action="web.crowded", count=self.refused)
            line.warning("{} connections are open, one more was refused", MOST)


class Connection(H11Protocol):
    """Uvicorn's own, which waits for a request as long as it takes; this one gives up after a minute."""

    _looks = 0
    _look: asyncio.TimerHandle | None = None

    def __init__(self, *, door: Door, **of_uvicorn: Any) -> None:
        super().__init__(**of_uvicorn)
        self._door = door

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MOST:
            self._door.refuse()
            transport.abort()
            return
        self._look = self.loop.call_later(LOOK_SECONDS, self._look_again)

    def shutdown(self) -> None:
        """The house closes: what is still being said will not be acted upon, so its end is not waited for."""
        if _half_said(self.cycle):
            self.transport.abort()
        else:
            super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def _look_again(self) -> None:
        self._looks = 0 if _answers(self.cycle) else self._looks + 1
        if self._looks >= PATIENCE:
            self.transport.abort()
        else:
            self._look = self.loop.call_later(LOOK_SECONDS, self._look_again)


def _half_said(cycle: RequestResponseCycle | None) -> bool:
    """Whether a request has begun and not come to its end."""
    return cycle is not None and not cycle.response_complete and cycle.more_body


def _answers(cycle: RequestResponseCycle | None) -> bool:
    """Whether a request has come to its end and is being answered; a stream of news is, for as long as it is read."""
    return cycle is not None and not cycle.response_complete and not cycle.more_body
