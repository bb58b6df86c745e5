"""What `qunzhu run` puts together, seen from inside."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette

from bot import run
from bot.app import App
from tests.scenarios.stage import PATIENCE, settings

DAY = timedelta(days=1)


async def test_nobody_can_travel_before_the_evening_has_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the first connection time was put back to the beginning, and with it a journey begun before."""
    opened, seen = run.opened, list[tuple[App, datetime]]()

    @asynccontextmanager
    async def opened_by_a_traveller(_config: object, app: App, *others: object) -> AsyncIterator[Starlette]:
        async with opened(_config, app, *others) as page:
            app.clock.jump(app.clock() + DAY)
            seen.append((app, app.clock()))
            yield page

    monkeypatch.setattr(run, "opened", opened_by_a_traveller)
    monkeypatch.setattr(sys, "stdin", None)
    config = settings(tmp_path, sandbox={"port": 0}, web={"port": 0})
    running = asyncio.create_task(run.run(config))
    async with asyncio.timeout(PATIENCE):
        while not seen or not seen[0][0].inbound.connected or not seen[0][0].directory.topics:
            await asyncio.sleep(0.02)
        app, arrived = seen[0]
        for _look in range(20):
            assert app.clock() >= arrived
            await asyncio.sleep(0.01)
        signal.raise_signal(signal.SIGINT)
        await running
    assert app.clock() >= arrived
