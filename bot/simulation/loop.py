"""An event loop whose time is virtual: where nothing is ready, it jumps to the next timer instead of waiting."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

_GRAIN = 1e-7
"""Timers within so many virtual seconds of each other run together: far less than a microsecond of wall time."""


class DeadlockError(RuntimeError):
    """Everybody waits for somebody else: nothing is ready, no timer runs, and the programme is not done."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """The same programme does the same things in the same order, however long the machine takes.

    `time()` begins at 0 and counts virtual seconds. Nothing outside the programme is ever waited for: work handed to an
    executor is done at once, on the spot, and no socket is looked at. `DeadlockError` ends what cannot go on.
    """

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__(_Jumping(self._jump))
        self._clock_resolution = _GRAIN

    def time(self) -> float:
        return self._now

    def run_in_executor(  # type: ignore[override]  # the base promises any result type, and so do we
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Do it now; the future is done when it is returned."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        # Whatever it is belongs to whoever awaits it, exactly as with a real executor.
        except Exception as error:  # noqa: BLE001
            future.set_exception(error)
        return future

    def _jump(self, seconds: float | None) -> None:
        if seconds is None:
            waiting = sorted(task.get_name() for task in asyncio.all_tasks(self))
            raise DeadlockError(f"nothing will ever happen again; waiting: {', '.join(waiting) or 'nobody'}")
        self._now += seconds


class _Jumping(selectors.SelectSelector):
    """A selector that never waits and never sees anything: it moves time on."""

    def __init__(self, jump: Callable[[float | None], None]) -> None:
        super().__init__()
        self._jump = jump

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout > 0:
            self._jump(timeout)
        return []
