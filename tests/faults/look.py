"""Looks into a bot's database while it runs, and waits for what it should come to say."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import text

from storage.store import Store


async def look(store: Store, sql: str) -> list[tuple[Any, ...]]:
    """The rows, as plain tuples."""
    return await store.read(lambda db: [tuple(row) for row in db.connection().execute(text(sql))])


async def until(condition: Callable[[], Awaitable[bool]] | Callable[[], bool], within: float = 10.0) -> None:
    """Wait until something outside is so."""
    async with asyncio.timeout(within):
        while True:
            found = condition()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.02)


async def until_shows(store: Store, sql: str, expected: list[tuple[Any, ...]], within: float = 10.0) -> None:
    """Wait until a query answers so; what it answered instead is shown."""
    found: list[tuple[Any, ...]] = []

    async def shows() -> bool:
        found[:] = await look(store, sql)
        return found == expected

    try:
        await until(shows, within)
    except TimeoutError:
        assert found == expected
        raise
