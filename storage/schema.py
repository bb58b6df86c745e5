"""Brings a database to today's tables, and refuses one that a newer version has already moved on."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from bot.core.errors import RefusedError, SetupError
from storage.engine import open_writer, sqlite_file

if TYPE_CHECKING:
    from alembic.config import Config

_STEPS = Path(__file__).parent / "migrations"

KNOWN = tuple(sorted(file.name.partition("_")[0] for file in (_STEPS / "versions").glob("[0-9]*.py")))
"""The revisions, oldest first: the numbers that the names of their files begin with."""

_LOCK = 7_310_223
"""Any constant: the key of PostgreSQL's advisory lock around migrations."""


def migrate(url: URL) -> None:
    """Create or upgrade the tables in one transaction; `RefusedError` when the database is newer than the code."""
    file = sqlite_file(url)
    try:
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"the data folder cannot be written: {error.strerror}"
        raise SetupError(what, where=str(file), hint=_FOLDER) from error
    with _alone_in(file.parent if file else None), _opened(url) as (engine, where), engine.begin() as connection:
        _upgrade(connection, where)


def revision(url: URL) -> tuple[str | None, str]:
    """The database's revision and the code's, for the doctor; raises `SetupError` as `migrate` does."""
    with _opened(url) as (engine, _where), engine.connect() as connection:
        return _current(connection), KNOWN[-1]


def require_current(url: URL) -> None:
    """Raise `SetupError` unless the database is there and up to date, for commands that only read."""
    file = sqlite_file(url)
    if file and not file.exists():
        raise SetupError("there is no database yet", where=str(file), hint="qunzhu run makes it")
    current, newest = revision(url)
    if current != newest:
        hint = "qunzhu run upgrades an older one; a newer one needs the newer version"
        what = f"the database is at revision {current}, this version at {newest}"
        raise SetupError(what, where=str(file or url.host), hint=hint)


@contextmanager
def _alone_in(folder: Path | None) -> Iterator[None]:
    """Let one process at a time make a SQLite file: no busy timeout covers the change of a new one to WAL."""
    if folder is None:
        yield
        return
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextmanager
def _opened(url: URL) -> Iterator[tuple[Engine, str]]:
    """An engine and what to call its database; a fault of the driver comes out as a `SetupError` of one line."""
    file = sqlite_file(url)
    where = str(file) if file else url.render_as_string(hide_password=True)
    engine = open_writer(url)
    try:
        yield engine, where
    except DBAPIError as error:
        hint = (
            _advice(_first_line(error)) if file else "is PostgreSQL running, and are user, password and database right?"
        )
        raise SetupError(f"the database cannot be opened: {_first_line(error)}", where=where, hint=hint) from error
    finally:
        engine.dispose()


def _upgrade(connection: Connection, where: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    current = _current(connection)
    if current == KNOWN[-1]:
        return
    if current is not None and current not in KNOWN:
        hint = "install the newer version again, or restore a backup made before it ran"
        raise RefusedError(
            f"the database is at revision {current}, which this version does not know", where=where, hint=hint
        )
    from alembic import command

    config = migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def migrations() -> Config:
    """Alembic's settings: where the steps are. It is a tenth of the bot's memory, and of use once for each version."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    number: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return number


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]


def _advice(said: str) -> str:
    """What to do about a SQLite file that does not open, by what SQLite says of it."""
    if "not a database" in said or "malformed" in said:
        return "move the file away and restore a backup, or set storage.url to another place"
    if "locked" in said:
        return "another program holds it: close that program and start again"
    return _FOLDER


_FOLDER = "make the folder writable for this user, or set storage.url to another place"
