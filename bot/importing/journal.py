"""Where faults go: the first ones to the terminal, all of them into a file beside the imported one."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from bot.core.errors import SetupError
from bot.export import FORMULA
from bot.importing.fault import Fault

MOST = 50
"""So many are shown on the terminal."""


class Journal:
    """Open for the length of a block; the file is made with the first fault, and one of an earlier run goes."""

    def __init__(self, file: Path, say: Callable[[str], None]) -> None:
        self.file, self._say = file, say
        self.count = 0
        self._stream: IO[str] | None = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        try:
            self.file.unlink(missing_ok=True)
        except OSError as error:
            raise self._refused(error) from None
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        if self._stream is not None:
            self._stream.close()

    def note(self, fault: Fault) -> None:
        """Write it down."""
        self.count += 1
        if self.count <= MOST:
            self._say(str(fault))
        if self._stream is None:
            try:
                # Excel takes a CSV for UTF-8 only when it begins with a byte-order mark.
                self._stream = self.file.open("w", encoding="utf-8-sig", newline="")
            except OSError as error:
                raise self._refused(error) from None
            self._writer = csv.writer(self._stream)
            self._writer.writerow(("line", "column", "value", "reason"))
        self._writer.writerow((fault.line, *map(_cell, (fault.column, fault.value, fault.reason))))

    def _refused(self, error: OSError) -> SetupError:
        hint = "choose another file with --errors"
        return SetupError(f"cannot be written: {error.strerror}", where=str(self.file), hint=hint)


def _cell(value: str) -> str:
    """Nothing that a spreadsheet would run as a formula."""
    return f"'{value}" if value.startswith(FORMULA) else value
