"""Takes the leftovers of deleted rows out of a SQLite file; PostgreSQL looks after its own.

`PRAGMA secure_delete` overwrites what is deleted, but not every copy: when a page is split, what moved away can stay
behind in the gap, and the write-ahead log keeps older pages until it is cut. So the log is cut, the file is read
through for the words that must not be in it, and only if one is found the whole of it is written anew with VACUUM.
Others can read meanwhile; who writes waits, and after five seconds does what it does when a disk is busy.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from storage.engine import BUSY_MS, sqlite_file

CHUNK = 1 << 20


def compact(url: URL, words: Collection[bytes] | None) -> bool:
    """Leave nothing of these words behind; None are unknown ones. False when it has to be tried again later.

    It blocks for as long as the disk takes: not for an event loop.
    """
    file = sqlite_file(url)
    if file is None:
        return True
    with closing(sqlite3.connect(file, timeout=BUSY_MS / 1000, isolation_level=None)) as connection:
        try:
            if not _cut(connection):
                return False
            if words is not None and not holds(file, words):
                return True
            connection.execute("VACUUM")
            return _cut(connection)
        except sqlite3.OperationalError:
            # Somebody else is writing, or the disk has no room for a second copy: both may pass.
            return False


def holds(file: Path, words: Collection[bytes]) -> bool:
    """Whether one of the words stands anywhere in the file."""
    longest = max(map(len, words), default=0)
    with file.open("rb") as stream:
        end = b""
        while chunk := stream.read(CHUNK):
            window = end + chunk
            if any(word in window for word in words):
                return True
            end = window[-longest:]
    return False


def _cut(connection: sqlite3.Connection) -> bool:
    """Bring the write-ahead log into the file and empty it; False while somebody still reads from it."""
    busy, _log, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
