"""Remembers which numbers a file has had, and on which line: in a file of its own, for a million needs no memory."""

from __future__ import annotations

import sqlite3
from types import TracebackType
from typing import Self


class Seen:
    """Open for the length of a block."""

    def __enter__(self) -> Self:
        # An empty name is a private database on the disk that goes with its connection.
        # It is asked from one thread after the other, never from two at once.
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID")
        self._db.execute("BEGIN")
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._db.close()

    def first(self, key: str, line: int) -> int | None:
        """The line that had this key before, None for the first one."""
        if self._db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, line)).rowcount:
            return None
        return int(self._db.execute("SELECT line FROM seen WHERE key = ?", (key,)).fetchone()[0])
