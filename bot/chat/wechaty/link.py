"""The connection under everything: opened again for ever, watched for silence, dropped when it is dead.

It never sends Stop, which would end the gateway's session for every client. The event stream is opened first and
Start called second, once for each connection, so that nothing that Start sets off goes unheard.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import aclosing
from typing import Protocol

from grpclib.const import Status
from loguru import logger
from wechaty_grpc.wechaty import puppet

from bot.chat.wechaty.dial import Dial
from bot.chat.wechaty.ending import OCCUPIED, REPLACED, TOKEN, Ending, ending_of, now
from bot.chat.wechaty.failure import CallError
from bot.chat.wechaty.limits import Limits
from bot.chat.wechaty.line import Line
from bot.chat.wechaty.watch import Watch

_BREATH = 64
_QUIET_OPENING = 0.5
_STEADY = 5.0


class Listener(Protocol):
    """Who wants to know. `hear` tells whether it can take more; if not, `drained` waits until it can."""

    def opened(self, deaf_for: float | None) -> None: ...

    def hear(self, kind: int, payload: str) -> bool: ...

    async def drained(self) -> None: ...

    def lost(self, reason: str) -> None: ...

    def barred(self, reason: str) -> None: ...


class Link:
    """Keeps one line up; `run` returns only when the very first connection finds the token refused."""

    def __init__(
        self, dial: Dial, listener: Listener, limits: Limits, jitter: Callable[[], float] = random.random
    ) -> None:
        self._dial, self._listener, self._limits, self._jitter = dial, listener, limits, jitter
        self.up = asyncio.Event()
        self._current: Line | None = None
        self._deaf_since: float | None = None
        self._watch = Watch(limits)
        self._ever_up = self._complained = False

    def is_up(self, line: Line) -> bool:
        """Whether this very line still carries calls."""
        return self.up.is_set() and line is self._current

    def line(self) -> Line:
        """The line that is up; CallError at once when none is."""
        if self._current is None or not self.up.is_set():
            raise CallError("there is no link to the gateway", sent=False)
        return self._current

    async def run(self) -> Ending:
        failures = 0
        while True:
            began = now()
            was_up, ending = await self._try_once()
            if ending.token_refused and not self._ever_up:
                return ending
            failures = 0 if was_up and now() - began > _STEADY else failures + 1
            await asyncio.sleep(self._pause(failures, ending))

    async def _try_once(self) -> tuple[bool, Ending]:
        """One connection from its opening to its end, and whether it ever carried anything."""
        line = self._dial()
        try:
            ending = await self._live(line)
            was_up = self.up.is_set()
            self._tell(ending, was_up=was_up)
        finally:
            self.up.clear()
            self._current = None
            line.close()
        return was_up, ending

    def _pause(self, failures: int, ending: Ending) -> float:
        first = self._limits.backoff_replaced if ending.graceful else self._limits.backoff_first
        most = self._limits.backoff_most
        pause = most if ending.token_refused else min(most, first * 2 ** min(failures, 16))
        return pause * (0.5 + self._jitter() / 2)

    def _tell(self, ending: Ending, *, was_up: bool) -> None:
        if was_up:
            self._deaf_since = ending.deaf_since
            self._listener.lost(ending.reason)
            logger.bind(action="link.lost").warning("the link to the gateway is lost: {}", ending.reason)
        else:
            logger.bind(action="link.failed").warning("no link to the gateway: {}", ending.reason)
            self._complain(ending)

    def _complain(self, ending: Ending) -> None:
        """Once for each outage, and only of what waiting alone will not mend."""
        refused_at_first = ending.token_refused and not self._ever_up
        if ending.reason in {OCCUPIED, TOKEN} and not self._complained and not refused_at_first:
            self._complained = True
            self._listener.barred(ending.reason)

    async def _live(self, line: Line) -> Ending:
        """From connecting to the end of this line, whatever ends it."""
        try:
            await line.connect()
        except CallError as error:
            return Ending(f"no connection: {error}", now())
        self._current = line
        tasks = [
            asyncio.create_task(work) for work in (self._read(line), self._start(line), self._watch.over(line, self.up))
        ]
        try:
            return await _first_ending(tasks)
        finally:
            await _end_all(tasks)

    async def _read(self, line: Line) -> Ending | None:
        """Hands on every event, as fast as they come while the listener can take them."""
        try:
            async with aclosing(line.notes()) as notes:
                count = 0
                async for note in notes:
                    self._declare_up()
                    self._watch.note(note.kind)
                    if not self._listener.hear(note.kind, note.payload):
                        await self._wait_for_room(line)
                    count += 1
                    # What is already received comes without a pause; the loop belongs to others too.
                    if count % _BREATH == 0:
                        await asyncio.sleep(0)
        except CallError as error:
            return ending_of(error)
        return Ending(REPLACED, now(), graceful=True)

    async def _wait_for_room(self, line: Line) -> None:
        """While nobody reads, silence says nothing about the gateway."""
        self._watch.stalled = True
        try:
            await self._listener.drained()
        finally:
            self._watch.stalled = False
            line.streamed_at = now()

    async def _start(self, line: Line) -> Ending | None:
        await line.opened.wait()
        try:
            await line.ask("Start", puppet.StartRequest(), puppet.StartResponse, self._limits.start_timeout)
        except CallError as error:
            if error.status is not Status.UNIMPLEMENTED:
                return ending_of(error, "Start: ")
        # A gateway that refuses the stream says so at once; one that greets nobody is taken to be silent.
        await asyncio.sleep(_QUIET_OPENING)
        self._declare_up()
        return None

    def _declare_up(self) -> None:
        if self.up.is_set():
            return
        deaf_for = None if self._deaf_since is None else now() - self._deaf_since
        self._listener.opened(deaf_for)
        self._ever_up, self._complained = True, False
        self.up.set()
        logger.bind(action="link.up").info("the event stream is open")


async def _first_ending(tasks: list[asyncio.Task[Ending | None]]) -> Ending:
    waiting = set(tasks)
    while waiting:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        # The reader's ending is the gateway's own word; Start often fails of the same cause a moment later.
        for task in sorted(done, key=tasks.index):
            if ending := task.result():
                return ending
    raise AssertionError("the watch ends only with an ending")


async def _end_all(tasks: list[asyncio.Task[Ending | None]]) -> None:
    """Cancels for as long as it takes: grpclib can swallow a cancellation that meets the end of its stream."""
    while running := [task for task in tasks if not task.done()]:
        for task in running:
            task.cancel()
        await asyncio.wait(running, timeout=1.0)
