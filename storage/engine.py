"""Engines with the settings each database needs to keep its word."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from bot.core.errors import SetupError

BUSY_MS = 5000
SQLITE_READERS = 2
POSTGRES_READERS = 6


def parse_url(text: str) -> URL:
    """A database URL, or a `SetupError` that says which kinds are known."""
    hint = "use sqlite:///data/qunzhu.db or postgresql+psycopg://user:password@host/database"
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise SetupError("the database URL cannot be read", where="storage.url", hint=hint) from error
    if url.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise SetupError(f"the database {url.drivername!r} is not supported", where="storage.url", hint=hint)
    if url.drivername == "sqlite" and url.database in {None, "", ":memory:"}:
        raise SetupError("an in-memory database forgets everything", where="storage.url", hint=hint)
    return url


def sqlite_file(url: URL) -> Path | None:
    """The database file, None on PostgreSQL."""
    return Path(url.database) if url.drivername == "sqlite" and url.database else None


def open_writer(url: URL, *, durable: bool = True) -> Engine:
    """One connection that writes.

    Every transaction on SQLite begins IMMEDIATE: a read that turns into a write half-way fails at once,
    however long the busy timeout. One that is not `durable` survives the end of the process, not of the machine,
    and what is deleted may linger in the file.
    """
    engine = _open(url, 1)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", _begin_immediate)
        if not durable:
            event.listen(engine, "connect", _hasty)
    return engine


def open_readers(url: URL, *, snapshots: bool = True) -> tuple[Engine, int]:
    """Connections that only read, and how many threads may use them.

    Without `snapshots` each statement on SQLite sees the newest: enough where nobody writes between two of them.
    """
    size = SQLITE_READERS if url.drivername == "sqlite" else POSTGRES_READERS
    engine = _open(url, size)
    if engine.dialect.name == "sqlite":
        if snapshots:
            event.listen(engine, "begin", _begin)
        event.listen(engine, "connect", _query_only)
    return engine, size


def _open(url: URL, size: int) -> Engine:
    options: dict[str, Any] = {"poolclass": QueuePool, "pool_size": size, "max_overflow": 0}
    if url.drivername == "sqlite":
        options["connect_args"] = {"check_same_thread": False, "timeout": BUSY_MS / 1000}
    else:
        options["pool_pre_ping"] = True
        options["connect_args"] = {"connect_timeout": 5}
    engine = create_engine(url, **options)
    if url.drivername == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transaction handling begins late and commits early; we say BEGIN ourselves.
    connection.isolation_level = None
    # What is deleted is overwritten: people may ask to be forgotten.
    kept = ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON", "secure_delete=ON")
    for pragma in kept:
        connection.execute(f"PRAGMA {pragma}")


def _query_only(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON")


def _hasty(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA secure_delete=OFF")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    # Straight to the driver: a deferred BEGIN cannot fail, and the detour costs as much as a small query.
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute("BEGIN")
