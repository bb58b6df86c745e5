"""Drives the nursery from a test: one bot process after the other, each killed without warning."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.bench.child_bot import ROOT


class Nursery:
    """Bears bots and kills them. The gateway they talk to lives in the test's own process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._hears = False

    async def bear(self, **order: object) -> None:
        """Begin a life; it need not have got anywhere yet."""
        self._hears = False
        await self._order(bear=order)
        await self._told("born")

    async def ready(self) -> None:
        """Wait until it hears the gateway."""
        if not self._hears:
            await self._told("ready")
            self._hears = True

    async def kill(self) -> None:
        """SIGKILL; returns when nothing is left of it."""
        await self._order(kill=True)
        await self._told("dead")

    async def _order(self, **order: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write((json.dumps(order) + "\n").encode())
        await self._process.stdin.drain()

    async def _told(self, what: str) -> dict[str, Any]:
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            while line := await self._process.stdout.readline():
                told: dict[str, Any] = json.loads(line)
                if what in told:
                    return told
        raise RuntimeError(f"the nursery ended with code {await self._process.wait()}")


@asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.nursery"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Nursery(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
