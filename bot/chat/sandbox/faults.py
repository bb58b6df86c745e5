"""Everything that can go wrong behind a gateway, at the flick of a switch."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import NoReturn

from grpclib.const import Status
from grpclib.exceptions import GRPCError

from bot.chat.sandbox.event_line import Ending, EventLine
from bot.chat.sandbox.wire_log import WireSend
from bot.chat.wire import EventType


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that will fail: with a status, or, without one, by never being answered."""

    status: Status | None
    after_effect: bool


class Faults:
    """Switches for tests and demonstrations; untouched, nothing goes wrong.

    `latency` is real seconds before every call acts. `drop_rate` is the share of sends that are accepted and
    answered but never arrive, drawn from a generator with the given seed. With `no_ids` sends are answered
    without the message's id. `wire_log` holds every accepted send, in order; `struck` is called whenever a call that
    was planned to fail has come.
    """

    def __init__(self, seed: int = 0) -> None:
        self.latency = 0.0
        self.drop_rate = 0.0
        self.no_ids = False
        self.wire_log: list[WireSend] = []
        self.line = EventLine(self)
        self._echo_delay: float | None = 0.0
        self.struck: Callable[[], None] = lambda: None
        self._failures: dict[str, deque[Failure]] = {}
        self._random = Random(seed)  # noqa: S311 - chooses what to break, protects nothing
        self._thawed = asyncio.Event()
        self._thawed.set()

    # -- calls

    def fail_next(self, method: str, status: Status, n: int = 1, *, after_effect: bool = False) -> None:
        """The next `n` calls of `method` (such as "MessageSendText") fail, before or after they did their work."""
        self._plan(method, Failure(status, after_effect), n)

    def hang_next(self, method: str, n: int = 1, *, after_effect: bool = False) -> None:
        """The next `n` calls of `method` are never answered, though with `after_effect` they do their work."""
        self._plan(method, Failure(None, after_effect), n)

    def freeze(self) -> None:
        """Answer nothing and emit nothing, with the connection open, until `thaw`; then everything goes on."""
        self._thawed.clear()

    def thaw(self) -> None:
        self._thawed.set()

    @property
    def frozen(self) -> bool:
        """Whether nothing is answered at present."""
        return not self._thawed.is_set()

    def planned(self, method: str) -> int:
        """How many calls of `method` are still to fail."""
        return len(self._failures.get(method, ()))

    async def until_thawed(self) -> None:
        if not self._thawed.is_set():
            await self._thawed.wait()

    async def before(self, method: str) -> Failure | None:
        """Hold a call up, or fail it; the failure it returns is due after the effect."""
        await self.until_thawed()
        if self.latency:
            await asyncio.sleep(self.latency)
        planned = self._failures.get(method)
        if not planned:
            return None
        failure = planned.popleft()
        self.struck()
        if not failure.after_effect:
            await self.strike(failure)
        return failure

    async def strike(self, failure: Failure) -> NoReturn:
        """Fail as planned; a call without an answer ends when its client gives up."""
        if failure.status is not None:
            raise GRPCError(failure.status, "planned fault")
        await asyncio.get_running_loop().create_future()
        raise AssertionError("nobody resolves that future")

    # -- events

    def end_stream(self) -> None:
        """End the event stream politely, as when another client takes over."""
        self.line.end(Ending.POLITE)

    def abort_stream(self) -> None:
        """Tear the event stream off, as when the gateway crashes."""
        self.line.end(Ending.TORN)

    def repeat(self, message_id: str) -> None:
        """Report a message once more, as gateways do after a hiccup."""
        self.line.emit(EventType.MESSAGE, {"messageId": message_id})

    def malformed(self, event_type: int, payload: str) -> None:
        """Emit an event with any number and any payload."""
        self.line.emit_raw(event_type, payload)

    # -- sends

    def echo_on(self) -> None:
        """The bot's own messages come back as events at once, as is usual."""
        self._echo_delay = 0.0

    def echo_off(self) -> None:
        """The bot's own messages never come back."""
        self._echo_delay = None

    def echo_delayed(self, seconds: float) -> None:
        """The bot's own messages come back after so many real seconds."""
        self._echo_delay = seconds

    @property
    def echo_delay(self) -> float | None:
        """Seconds until an echo; None for never."""
        return self._echo_delay

    def drops(self) -> bool:
        """Whether the send at hand is one that gets lost."""
        return self.drop_rate > 0 and self._random.random() < self.drop_rate

    def _plan(self, method: str, failure: Failure, n: int) -> None:
        self._failures.setdefault(method, deque()).extend([failure] * n)
