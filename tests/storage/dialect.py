"""SQLite as SQLAlchemy knows it, except that all engines of a process compile a statement once between them.

A bot compiles its statements once and runs for months. The tests start hundreds of bots, and a third of their time
would go into compiling the same statements again for each.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

_COMPILED: LRUCache[Any, Any] = LRUCache(2000)


class SharedSQLite(SQLiteDialect_pysqlite):
    """One is as good as another: what was compiled for one of them holds for all."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is SharedSQLite

    def __hash__(self) -> int:
        return hash(SharedSQLite)

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=_COMPILED)


def share() -> None:
    """From now on `sqlite://` means this dialect, in this process."""
    registry.register("sqlite", __name__, SharedSQLite.__name__)
