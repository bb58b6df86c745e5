"""The terminal as a window that somebody may close while the bot runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from rich.console import Console


class Window(Console):
    """Prints for as long as somebody reads; once nobody does, `gone` is called and nothing is printed any more."""

    def __init__(self, gone: Callable[[], None]) -> None:
        super().__init__()
        self._gone = gone

    def on_broken_pipe(self) -> None:
        """Rich would end the process in the middle of whatever it is doing."""
        self.quiet = True
        # What is still in the buffer must not break the interpreter's own end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        self._gone()
