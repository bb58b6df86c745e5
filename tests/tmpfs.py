"""The files of the tests are kept in memory where the system has room there: the bot waits for its disk at each commit.

What is tested is the bot, not the disk of the machine it is tested on. The bot's own settings stay as they are.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 2_000_000_000
"""Bytes that must be free; a container has often 64 MB there. The tests need about a tenth."""


def move_in() -> None:
    """From now on temporary files of this process, and of those it starts, are in memory; TMPDIR has precedence."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK | os.X_OK):
        return
    if shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None
