"""The watch over a silent line: it dings the gateway, and gives the line up when no dong comes."""

from __future__ import annotations

import asyncio

from loguru import logger
from wechaty_grpc.wechaty import puppet

from bot.chat.wechaty.ending import Ending, now
from bot.chat.wechaty.failure import CallError
from bot.chat.wechaty.limits import Limits
from bot.chat.wechaty.line import Line
from bot.chat.wire import EventType


class Watch:
    """Remembers, for as long as the gateway is the same, whether its stream answers a ding.

    `stalled` is set while the stream is not read: then silence says nothing about the gateway.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._dongs = False
        self.stalled = False

    def note(self, kind: int) -> None:
        """An event came down the stream."""
        if kind == EventType.DONG:
            self._dongs = True

    async def over(self, line: Line, up: asyncio.Event) -> Ending | None:
        """Returns when the line is dead: no sign of life for a whole patience after a ding.

        Silence alone ends nothing: after the machine slept, or the stream was not read, it proves nothing.
        """
        dinged_at = 0.0
        while True:
            # A line not yet up gets less patience.
            patience = self._limits.silence_seconds
            if not up.is_set():
                patience = min(patience, self._limits.unary_timeout)
            await asyncio.sleep(min(1.0, patience / 4))
            # Answers to calls prove life only until the gateway has shown that its stream answers a ding.
            alive_at = line.streamed_at if self._dongs else line.heard_at
            if self.stalled or now() - alive_at < patience:
                continue
            if dinged_at <= alive_at:
                dinged_at = now()
                await self._ding(line, min(self._limits.unary_timeout, patience))
            elif now() - dinged_at >= patience:
                return Ending(f"silent for {now() - alive_at:.0f} s", alive_at)

    async def _ding(self, line: Line, within: float) -> None:
        try:
            await line.ask("Ding", puppet.DingRequest(data="qunzhu"), puppet.DingResponse, within)
        except CallError as error:
            if error.answered:
                # It cannot ding, but it said so: that is a sign of life as well.
                line.answered_at = now()
            logger.bind(action="link.ding_failed").info("the gateway did not take a ding: {}", error)
