"""Drives `bot_process` from a test or a bench."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class ChildBot:
    """One bot process; its database is read from outside, as any other program would."""

    def __init__(self, endpoint: str, token: str, folder: Path, room_ids: list[str]) -> None:
        self._args = (endpoint, token, str(folder), *room_ids)
        self._database = folder / "qunzhu.db"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start, and wait until it hears."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.bot_process", *self._args, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        await self._line()

    async def stop(self) -> dict[str, Any]:
        """End it politely; returns its report."""
        assert self._process is not None
        self._process.terminate()
        report = await self._line()
        await self._process.wait()
        return report

    async def kill(self) -> None:
        """SIGKILL."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def recorded(self, count: int, within: float) -> None:
        """Wait until so many messages are in the database."""
        async with asyncio.timeout(within):
            while self.count() < count:
                await asyncio.sleep(0.1)

    def count(self) -> int:
        return int(self.query("SELECT count(*) FROM message WHERE from_self = 0")[0][0])

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self._database, timeout=10)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    async def _line(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the bot ended with code {await self._process.wait()}")
        return dict(json.loads(line))
