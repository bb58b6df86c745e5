"""A migrated SQLite file without rows, to copy from: migrating takes a hundred times as long as copying does."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot import materials
from bot.config import Config
from storage.engine import parse_url
from storage.schema import migrate
from storage.store import Store


@functools.cache
def _blank() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "qunzhu.db"
        migrate(parse_url(f"sqlite:///{file}"))
        return file.read_bytes()


def lay(file: Path) -> None:
    """Put a database there as a first start would make it; one that is there stays as it is."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_blank())


@asynccontextmanager
async def open_store(config: Config) -> AsyncIterator[Store]:
    """The product's own, without the wait for the first migration. It still looks whether there is one to do."""
    lay(Path(parse_url(config.database).database or ""))
    async with materials.open_store(config) as store:
        yield store
