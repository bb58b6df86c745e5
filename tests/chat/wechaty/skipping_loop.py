"""An event loop whose clock jumps over every wait, so that tests of pacing take no time and never flake."""

import asyncio
import selectors


class _Skipping(selectors.DefaultSelector):
    skipped = 0.0

    def select(self, timeout=None):
        if timeout is not None and timeout > 0:
            self.skipped += timeout
        return super().select(0 if timeout is not None else None)


class SkippingLoop(asyncio.SelectorEventLoop):
    def __init__(self):
        self._skipping = _Skipping()
        self._ticks = 0.0
        super().__init__(self._skipping)

    def time(self):
        # A tick at each look keeps timers in the order in which they were set.
        self._ticks += 1e-9
        return self._skipping.skipped + self._ticks


def run(main):
    """Runs a coroutine function on a skipping loop."""
    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        return runner.run(main())
